import { Checkbox } from "@fluentui/react-components";
import { ChevronDownRegular, ChevronRightRegular } from "@fluentui/react-icons";
import type { MouseEvent } from "react";
import { browsing } from "../text/browsing.js";
import type { GridProps } from "./columns.js";

export interface GridRowProps<Row> {
  readonly id: string;
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly isActive: boolean;
  readonly onActive: () => void;
  readonly props: GridProps<Row>;
}

/** One row. A click activates it and toggles its children; a double click opens it. */
export function GridRow<Row>({ id, row, index, top, height, isActive, onActive, props }: GridRowProps<Row>) {
  const { columns, selection, tree, getName, onOpen } = props;
  const isSelected = selection?.isSelected(row);
  const isExpanded = tree?.isExpanded(row);
  const click = (event: MouseEvent) => {
    onActive();
    if (event.target instanceof Element && event.target.closest("a, button, input, label") !== null) return;
    if (event.shiftKey && selection !== undefined) selection.extendTo(row);
    else if (isExpanded !== undefined) tree?.toggle(row);
    // A touch screen has no double click.
    else if (event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === "touch")
      onOpen(row);
  };
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selection === undefined ? undefined : isSelected === true}
      aria-level={tree?.level(row)}
      aria-expanded={isExpanded}
      className={`grid-row${isActive ? " grid-row-active" : ""}${isSelected === true ? " grid-row-selected" : ""}`}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={click}
      onDoubleClick={() => {
        if (isExpanded === undefined) onOpen(row);
      }}
    >
      {selection !== undefined && (
        <div role="gridcell" className="grid-box">
          <Checkbox
            checked={isSelected ?? false}
            tabIndex={-1}
            aria-label={browsing.select(getName(row))}
            onChange={() => {
              selection.toggle(row);
            }}
          />
        </div>
      )}
      {columns.map(({ id: column, cell, isNumeric = false }, place) => (
        <div
          key={column}
          role="gridcell"
          className={`cell cell-${column}${isNumeric ? " cell-numeric" : ""}`}
          style={
            place === 0 && tree !== undefined
              ? { paddingInlineStart: computeIndent(tree.level(row)) }
              : undefined
          }
        >
          {place === 0 && tree !== undefined && (
            <span className="grid-twist" aria-hidden="true">
              {isExpanded === true && <ChevronDownRegular />}
              {isExpanded === false && <ChevronRightRegular />}
            </span>
          )}
          {cell(row)}
          {place === 0 && props.isNew?.(row) === true && <span className="new-mark">{browsing.isNew}</span>}
        </div>
      ))}
    </div>
  );
}

/** The indent of deep folders is limited: their names need the space. */
function computeIndent(level: number): number {
  return 8 + Math.min(level - 1, 8) * 18;
}
