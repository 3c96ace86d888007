import "./grid.css";
import { useRestoreFocusTarget } from "@fluentui/react-components";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef } from "react";
import { useKeys } from "../keys/use-keys.js";
import { shortcuts } from "../text/shortcuts.js";
import type { GridProps } from "./columns.js";
import { pressInGrid } from "./grid-keys.js";
import { GridHead } from "./grid-head.js";
import { GridRow } from "./grid-row.js";
import { getScroller, useOffset, useRowHeight } from "./scrolling.js";
import { useActiveRow } from "./use-active-row.js";

/** The height of the header, which covers rows that scroll below it. */
const headHeight = 34;

/**
 * A virtual list: only visible rows are in the DOM. The focus stays on the grid, and keys move the active row
 * (aria-activedescendant). It scrolls with the screen.
 */
export function Grid<Row>(props: GridProps<Row>) {
  const { rows, getKey, tree, selection, columns, label, isPrimary = false } = props;
  const id = useId();
  const restored = useRestoreFocusTarget();
  const grid = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const offset = useOffset(body);
  const active = useActiveRow(rows, getKey, props.memory);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: getScroller,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: offset,
    scrollPaddingStart: headHeight,
  });
  const { measure } = virtual;
  useEffect(measure, [measure, rowHeight]);

  useKeys(
    (key, event) => {
      const inGrid = document.activeElement?.closest("[role=grid], [role=treegrid]");
      if (inGrid === undefined || inGrid === null ? !isPrimary : inGrid !== grid.current) return false;
      const page = Math.max(1, Math.floor((getScroller()?.clientHeight ?? 0) / rowHeight) - 2);
      const moved = { index: active.index, moveTo };
      if (!pressInGrid(key, event, props, moved, page)) return false;
      if (inGrid === null || inGrid === undefined) grid.current?.focus({ preventScroll: true });
      return true;
    },
    [
      ...shortcuts.rows,
      ...(tree === undefined ? [] : shortcuts.tree),
      ...(selection === undefined ? [] : shortcuts.selection),
      ...(props.onKey === undefined ? [] : shortcuts.file),
    ],
  );
  const moveTo = (index: number) => {
    active.moveTo(index);
    virtual.scrollToIndex(Math.max(0, Math.min(rows.length - 1, index)));
  };
  const rowId = (index: number) => `${id}-${index}`;
  const shown = virtual.getVirtualItems();

  return (
    <div
      {...restored}
      ref={grid}
      role={tree === undefined ? "grid" : "treegrid"}
      className={`grid ${props.className}${selection === undefined ? "" : " grid-selectable"}`}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + (selection === undefined ? 0 : 1)}
      aria-multiselectable={selection === undefined ? undefined : true}
      aria-activedescendant={
        shown.some(({ index }) => index === active.index) ? rowId(active.index) : undefined
      }
      tabIndex={0}
      data-primary={isPrimary ? "" : undefined}
    >
      <GridHead {...props} />
      <div ref={body} role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start, size }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <GridRow
              key={getKey(row)}
              id={rowId(index)}
              row={row}
              index={index}
              top={start - offset}
              height={size}
              isActive={index === active.index}
              onActive={() => {
                active.moveTo(index);
              }}
              props={props}
            />
          );
        })}
      </div>
    </div>
  );
}
