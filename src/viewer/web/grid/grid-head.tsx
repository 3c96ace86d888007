import { Checkbox } from "@fluentui/react-components";
import { ArrowDownRegular, ArrowUpRegular } from "@fluentui/react-icons";
import { browsing } from "../text/browsing.js";
import type { GridProps } from "./columns.js";

/** The header of a grid. A click on a title sorts by it, a second click reverses the order. */
export function GridHead<Row>({ columns, sort, onSort, selection }: GridProps<Row>) {
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        {selection !== undefined && (
          <div role="columnheader" className="grid-box">
            <Checkbox
              checked={selection.isAllSelected}
              onChange={selection.toggleAll}
              aria-label={browsing.selectAll}
              title={browsing.selectAll}
            />
          </div>
        )}
        {columns.map(({ id, title, isTitleHidden = false, isSortable = false, isNumeric = false }) => {
          const isSorted = sort?.by === id;
          const order = sort?.isDescending === true ? "descending" : "ascending";
          return (
            <div
              key={id}
              role="columnheader"
              className={`cell cell-${id}${isNumeric ? " cell-numeric" : ""}`}
              aria-sort={isSorted ? order : undefined}
            >
              {isSortable ? (
                <button type="button" className="grid-title" onClick={() => onSort?.(id)}>
                  {title}
                  {isSorted && (order === "descending" ? <ArrowDownRegular /> : <ArrowUpRegular />)}
                </button>
              ) : (
                <span className={isTitleHidden ? "visually-hidden" : "grid-title"}>{title}</span>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
