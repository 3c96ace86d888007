import { useState } from "react";

/** The active rows of lists, for a reader who comes back. */
const remembered = new Map<string, string>();

export interface ActiveRow {
  /** -1: no row is active. */
  readonly index: number;
  readonly moveTo: (index: number) => void;
}

/** Returns the row that keys act on. It stays the same row when rows are added, removed or sorted. */
export function useActiveRow<Row>(
  rows: readonly Row[],
  getKey: (row: Row) => string,
  memory: string,
): ActiveRow {
  const [key, setKey] = useState(() => remembered.get(memory));
  const found = key === undefined ? -1 : rows.findIndex((row) => getKey(row) === key);
  const index = found === -1 ? Math.min(0, rows.length - 1) : found;
  const moveTo = (next: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
    if (row === undefined) return;
    remembered.set(memory, getKey(row));
    setKey(getKey(row));
  };
  return { index, moveTo };
}
