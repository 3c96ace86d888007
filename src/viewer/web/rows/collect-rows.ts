import type { ByteRange } from "../bytes/byte-store.js";
import type { Row, RowModel } from "./rows.js";

/** Rows around an offset, as far as their bytes are loaded. */
export interface CollectedRows<Shown extends Row> {
  readonly rows: readonly Shown[];
  /** The bytes that are needed for all requested rows. */
  readonly wanted: ByteRange;
}

export interface CollectOptions<Shown extends Row> {
  readonly before: number;
  readonly after: number;
  readonly size: number;
  /** Converts consecutive rows to the rows that are shown. The result covers the same bytes, and may have fewer rows. */
  readonly show: (rows: readonly Row[]) => readonly Shown[];
}

/** The number of bytes to load beyond the loaded rows: enough for a screen of lines of any length. */
const readAheadBytes = 65_536;

/** The maximum in each direction. A longer line that overwrites itself is shown as several rows. */
const maxBytes = 4 * 1024 * 1024;

/** Collects the row of a byte, and a number of rows before and after it. */
export function collectRows<Shown extends Row>(
  model: RowModel,
  anchor: number,
  options: CollectOptions<Shown>,
): CollectedRows<Shown> {
  const { size, before, after, show } = options;
  const middle = size === 0 ? undefined : model.findRowAt(Math.min(anchor, size - 1));
  if (middle === undefined) {
    return { rows: [], wanted: { start: anchor - 2 * readAheadBytes, end: anchor + 2 * readAheadBytes } };
  }
  const pieces = new Pieces(model, middle, size);
  for (let count = Math.max(before, after); ; count *= 2) {
    pieces.extend(count, count);
    const rows = show(pieces.rows);
    const at = rows.findIndex(({ end }) => end > middle.start);
    const lacksBefore = at < before && pieces.start > 0;
    const lacksAfter = rows.length - at - 1 < after && pieces.end < size;
    const isMore =
      (lacksBefore && pieces.canExtendBefore(count)) || (lacksAfter && pieces.canExtendAfter(count));
    if (isMore) continue;
    const [loadedBefore, loadedAfter] = [middle.start - pieces.start, pieces.end - middle.end];
    const wanted = {
      start:
        pieces.start - (lacksBefore && loadedBefore < maxBytes ? Math.max(readAheadBytes, loadedBefore) : 0),
      end: pieces.end + (lacksAfter && loadedAfter < maxBytes ? Math.max(readAheadBytes, loadedAfter) : 0),
    };
    return {
      rows: rows.slice(Math.max(0, at - before), at + after + 1),
      wanted: { start: Math.max(0, wanted.start), end: Math.min(size, wanted.end) },
    };
  }
}

/** Consecutive rows of a model around one row. */
class Pieces {
  readonly #before: Row[] = [];
  readonly #after: Row[] = [];

  constructor(
    private readonly model: RowModel,
    private readonly middle: Row,
    private readonly size: number,
  ) {}

  get rows(): readonly Row[] {
    return [...this.#before.toReversed(), this.middle, ...this.#after];
  }

  get start(): number {
    return (this.#before.at(-1) ?? this.middle).start;
  }

  get end(): number {
    return (this.#after.at(-1) ?? this.middle).end;
  }

  /** Whether the last {@link extend} found `count` rows, so there may be more. */
  canExtendBefore(count: number): boolean {
    return this.#before.length >= count && this.middle.start - this.start < maxBytes;
  }

  canExtendAfter(count: number): boolean {
    return this.#after.length >= count && this.end - this.middle.end < maxBytes;
  }

  extend(before: number, after: number): void {
    while (this.#before.length < before && this.start > 0) {
      const previous = this.model.findRowAt(this.start - 1);
      if (previous === undefined) break;
      this.#before.push(previous);
    }
    while (this.#after.length < after && this.end < this.size) {
      const next = this.model.findRowFrom(this.end);
      if (next === undefined || next.end <= next.start) break;
      this.#after.push(next);
    }
  }
}
