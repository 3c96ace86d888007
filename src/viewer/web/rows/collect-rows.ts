import type { ByteRange } from "../bytes/byte-store.js";
import type { Row, RowModel } from "./rows.js";

/** Rows around a place, as far as their bytes are here. */
export interface CollectedRows {
  readonly rows: readonly Row[];
  /** The bytes that would be needed for all of them; more than those of the rows where some are not here. */
  readonly wanted: ByteRange;
}

export interface CollectOptions {
  readonly before: number;
  readonly after: number;
  readonly size: number;
}

/** What is wanted beyond the rows that are here: enough for the screen, whatever its lines are like. */
const readAheadBytes = 65_536;

/** The row that holds a byte, and so many before and after it. */
export function collectRows(model: RowModel, anchor: number, options: CollectOptions): CollectedRows {
  const { size } = options;
  const middle = size === 0 ? undefined : model.rowAt(Math.min(anchor, size - 1));
  if (middle === undefined) {
    return { rows: [], wanted: { start: anchor - 2 * readAheadBytes, end: anchor + 2 * readAheadBytes } };
  }
  const before: Row[] = [];
  for (let first = middle; before.length < options.before && first.start > 0;) {
    const previous = model.rowAt(first.start - 1);
    if (previous === undefined) break;
    before.push(previous);
    first = previous;
  }
  const rows = [...before.reverse(), middle];
  for (let last = middle; rows.length < before.length + 1 + options.after && last.end < size;) {
    const next = model.rowFrom(last.end);
    if (next === undefined || next.end <= next.start) break;
    rows.push(next);
    last = next;
  }
  const lacksBefore = before.length < options.before;
  const lacksAfter = rows.length < before.length + 1 + options.after;
  const start = (rows[0]?.start ?? 0) - (lacksBefore ? readAheadBytes : 0);
  const end = (rows.at(-1)?.end ?? size) + (lacksAfter ? readAheadBytes : 0);
  return { rows, wanted: { start: Math.max(0, start), end: Math.min(size, end) } };
}
