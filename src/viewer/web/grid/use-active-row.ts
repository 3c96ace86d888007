import { useState } from "react";

/** Rows that readers were on, so that going back finds them again. */
const remembered = new Map<string, string>();

export interface ActiveRow {
  /** -1: no row. */
  readonly index: number;
  readonly moveTo: (index: number) => void;
}

/** The row that keys act on. It stays the same row while others come, go and change their order. */
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
