import type { ByteRange } from "../bytes/byte-store.js";
import type { Row, RowModel } from "./rows.js";

/** Rows around a place, as far as their bytes are loaded. */
export interface CollectedRows<Shown extends Row> {
  readonly rows: readonly Shown[];
  /** The bytes that are needed for all of them; more than those of the rows where some are not loaded. */
  readonly wanted: ByteRange;
}

export interface CollectOptions<Shown extends Row> {
  readonly before: number;
  readonly after: number;
  readonly size: number;
  /** Makes the rows that are shown of rows that follow one another; they hold the same bytes, and may be fewer. */
  readonly show: (rows: readonly Row[]) => readonly Shown[];
}

/** What is wanted beyond the rows that are loaded: enough for the screen, whatever its lines are like. */
const readAheadBytes = 65_536;

/** In each direction: what is written over for longer is shown as several rows. */
const maxBytes = 4 * 1024 * 1024;

/** The row that holds a byte, and so many before and after it. */
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

/** Rows of a model around one, in their order. */
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

  /** Whether the last {@link extend} by so many found that many, and there may be more. */
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
