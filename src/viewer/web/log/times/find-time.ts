import type { LineTimesAnswer, TimedRange } from "../../../protocol/index.js";

/** When a byte of a log was written, in milliseconds since 1970, and how exactly that is known. */
export interface FoundTime {
  readonly at: number;
  readonly withinMs: number;
}

/** Finds when the byte at a position was written. `undefined` if that is not known. */
export function findTime({ ranges }: LineTimesAnswer, position: number): FoundTime | undefined {
  const range = ranges[countUntil(ranges.length, (index) => (ranges[index]?.from ?? 0) <= position) - 1];
  if (range === undefined || position >= range.to) return undefined;
  const at = findMark(range, position);
  return at === undefined ? undefined : { at, withinMs: range.withinMs };
}

function findMark({ marks }: TimedRange, position: number): number | undefined {
  const count = countUntil(marks.length / 2, (index) => (marks[2 * index] ?? 0) <= position);
  return marks[2 * count - 1];
}

/** Returns how many of the first numbers below a count have a property that no later one has. */
function countUntil(count: number, has: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (has(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The position up to which times are known. */
export function getTimesEnd({ ranges }: LineTimesAnswer): number {
  return ranges.at(-1)?.to ?? 0;
}
