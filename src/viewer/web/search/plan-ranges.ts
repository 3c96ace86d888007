import type { ByteRange } from "../bytes/byte-store.js";

/** Where a search begins, and its direction. At the end of the text it continues at the other end. */
export interface SearchOrigin {
  readonly offset: number;
  readonly isBackwards: boolean;
  /** Stops at the end of the text instead. */
  readonly isOneWay?: true;
}

const firstRangeBytes = 1024 * 1024;
const maxRangeBytes = 64 * 1024 * 1024;

/** A range to search. */
export interface SearchRange extends ByteRange {
  /** Its last hits are the nearest ones to the reader. */
  readonly isBackwards: boolean;
}

/**
 * Returns the ranges to search in order. Backwards they are short at first, so that the nearest hit is found soon, and then grow.
 *
 * @param firstBytes The length of the first range of a search backwards; `Infinity` for a text that is read from its start anyway.
 */
export function planRanges(
  size: number,
  { offset, isBackwards, isOneWay }: SearchOrigin,
  firstBytes = firstRangeBytes,
): readonly SearchRange[] {
  const middle = Math.max(0, Math.min(size, offset));
  const after = createRange(middle, size, false);
  if (!isBackwards) return isOneWay === true ? after : [...after, ...createRange(0, middle, false)];
  const before: SearchRange[] = [];
  let length = firstBytes;
  for (let end = middle; end > 0; end = before.at(-1)?.start ?? 0) {
    before.push(...createRange(Math.max(0, end - length), end, true));
    length = Math.min(Math.max(maxRangeBytes, firstBytes), length * 2);
  }
  return isOneWay === true ? before : [...before, ...after];
}

function createRange(start: number, end: number, isBackwards: boolean): readonly SearchRange[] {
  return end > start ? [{ start, end, isBackwards }] : [];
}
