import type { ActiveRow } from "./use-active-row.js";
import type { GridProps } from "./columns.js";

/** Handles a key in a grid. Returns whether it did anything. */
export function pressInGrid<Row>(
  key: string,
  event: { readonly shiftKey: boolean },
  props: GridProps<Row>,
  { index, moveTo }: ActiveRow,
  page: number,
): boolean {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    j: 1,
    J: 1,
    ArrowUp: -1,
    k: -1,
    K: -1,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity,
  };
  const row = props.rows[index];
  if (row === undefined) return false;
  const step = steps[key];
  if (step !== undefined) {
    const next = props.rows[Math.max(0, Math.min(props.rows.length - 1, index + step))];
    moveTo(index + step);
    if (event.shiftKey && next !== undefined) props.selection?.extendTo(next);
    return true;
  }
  return pressOnRow(key, row, props, { index, moveTo });
}

function pressOnRow<Row>(key: string, row: Row, props: GridProps<Row>, active: ActiveRow): boolean {
  const { selection, tree, onOpen, onKey } = props;
  if (key === "Enter" || key === "o") {
    if (tree?.isExpanded(row) === undefined) onOpen(row);
    else tree.toggle(row);
    return true;
  }
  if ((key === "x" || key === " ") && selection !== undefined) {
    selection.toggle(row);
    return true;
  }
  if (tree !== undefined && (key === "ArrowRight" || key === "ArrowLeft"))
    return pressInTree(key, row, props, active);
  return onKey?.(key, row) ?? false;
}

/** As in every tree: right opens, then moves to the first child; left closes, then moves to the parent. */
function pressInTree<Row>(
  key: string,
  row: Row,
  { rows, tree }: GridProps<Row>,
  { index, moveTo }: ActiveRow,
): boolean {
  const isExpanded = tree?.isExpanded(row);
  if (tree === undefined) return false;
  if (key === "ArrowRight") {
    if (isExpanded === false) tree.toggle(row);
    else if (isExpanded === true) moveTo(index + 1);
    return true;
  }
  if (isExpanded === true) {
    tree.toggle(row);
    return true;
  }
  const level = tree.level(row);
  const parent = rows.slice(0, index).findLastIndex((other) => tree.level(other) < level);
  if (parent !== -1) moveTo(parent);
  return true;
}
