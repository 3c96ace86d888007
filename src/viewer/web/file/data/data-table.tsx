import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { escapeInvisible } from "../../format/escape-invisible.js";
import type { Table } from "./tables.js";

/** `.data-row` in file.css. */
const rowHeight = 28;
const overscan = 20;
/** The maximum length of a value that is shown when the mouse is over its cell. */
const maxTitleLength = 5_000;

export interface DataTableProps {
  readonly table: Table;
  readonly label: string;
  /** The number of the first row. Default: 1. */
  readonly firstNumber?: number;
  /** The number of the row that is shown first. */
  readonly shownNumber?: number;
  /** Renders a cell in place of its text. Returns `undefined` for a cell that is only text. */
  readonly renderCell?: (row: number, column: number) => ReactNode;
}

/** A table of any number of rows. Only rows near the visible area are rendered. */
export function DataTable({
  table,
  label,
  firstNumber = 1,
  shownNumber = firstNumber,
  renderCell,
}: DataTableProps) {
  const [view, setView] = useState({ top: 0, height: 1000 });
  const { columns, rows } = table;
  const template = useMemo(() => `8ch ${computeWidths(table).join(" ")}`, [table]);
  const scroller = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    scroller.current?.scrollTo({ top: (shownNumber - firstNumber) * rowHeight });
  }, [shownNumber, firstNumber]);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - overscan);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + overscan);
  return (
    <div
      ref={scroller}
      className="data-table"
      role="table"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      onScroll={({ currentTarget: { scrollTop, clientHeight } }) => {
        setView({ top: scrollTop, height: clientHeight });
      }}
    >
      <div
        className="data-row data-head"
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: template }}
      >
        <span role="columnheader" className="data-number">
          #
        </span>
        {columns.map((column, index) => (
          <span key={index} role="columnheader" title={escapeInvisible(column)}>
            {escapeInvisible(column)}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="data-rows" style={{ height: rows.length * rowHeight }}>
        {rows.slice(first, last).map((row, index) => (
          <div
            key={first + index}
            role="row"
            className="data-row"
            aria-rowindex={first + index + 2}
            style={{
              gridTemplateColumns: template,
              transform: `translateY(${(first + index) * rowHeight}px)`,
            }}
          >
            <span role="cell" className="data-number">
              {firstNumber + first + index}
            </span>
            {columns.map((_, column) => (
              <span
                key={column}
                role="cell"
                title={escapeInvisible((row[column] ?? "").slice(0, maxTitleLength))}
              >
                {renderCell?.(first + index, column) ?? escapeInvisible((row[column] ?? "").slice(0, 500))}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Computes column widths from the longest value of the first rows, within bounds. */
function computeWidths({ columns, rows }: Table): string[] {
  return columns.map((column, index) => {
    const lengths = rows.slice(0, 200).map((row) => row[index]?.length ?? 0);
    return `${Math.min(48, Math.max(6, column.length, ...lengths) + 3)}ch`;
  });
}
