import { useState } from "react";

/** The active rows of lists, for a reader who comes back. */
const remembered = new Map<string, string>();

export interface ActiveRow {
  /** -1: no row is active. */
  readonly index: number;
  readonly moveTo: (index: number) => void;
}

interface Place {
  readonly memory: string;
  readonly key: string | undefined;
  /** Where the row was last. */
  readonly index: number;
}

/**
 * Returns the row that keys act on. It stays the same row when rows are added, removed or sorted. If it is removed itself, the one that
 * follows it is active.
 *
 * @param memory The key under which it is remembered. With another one, the list is another one, or filtered: it may begin anew.
 */
export function useActiveRow<Row>(
  rows: readonly Row[],
  getKey: (row: Row) => string,
  memory: string,
): ActiveRow {
  const [place, setPlace] = useState<Place>(() => ({ memory, key: remembered.get(memory), index: 0 }));
  const isSame = place.memory === memory;
  const key = isSame ? place.key : (remembered.get(memory) ?? place.key);
  const found = key === undefined ? -1 : rows.findIndex((row) => getKey(row) === key);
  const index = found === -1 ? Math.min(isSame ? place.index : 0, rows.length - 1) : found;
  // React renders again at once.
  if (!isSame || (found !== -1 && place.index !== found))
    setPlace({ memory, key, index: Math.max(0, index) });
  const moveTo = (next: number) => {
    const nextIndex = Math.max(0, Math.min(rows.length - 1, next));
    const nextRow = rows[nextIndex];
    if (nextRow === undefined) return;
    remembered.set(memory, getKey(nextRow));
    setPlace({ memory, key: getKey(nextRow), index: nextIndex });
  };
  return { index, moveTo };
}
