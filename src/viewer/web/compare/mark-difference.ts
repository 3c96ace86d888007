/** A line as the part before a difference, the part that differs, and the part after it. */
export type MarkedLine = readonly [before: string, differs: string, after: string];

/** Marks what differs between two lines: all but their common beginning and end. */
export function markDifference(one: string, other: string): readonly [MarkedLine, MarkedLine] {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  // A surrogate pair is marked as a whole.
  if (start > 0 && isHighSurrogate(one.charCodeAt(start - 1))) start -= 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  if (end > 0 && isLowSurrogate(one.charCodeAt(one.length - end))) end -= 1;
  return [cut(one, start, end), cut(other, start, end)];
}

function cut(line: string, start: number, end: number): MarkedLine {
  return [line.slice(0, start), line.slice(start, line.length - end), line.slice(line.length - end)];
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
