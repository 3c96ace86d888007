/** A line as the part before a difference, the part that differs, and the part after it. */
export type MarkedLine = readonly [before: string, differs: string, after: string];

/** The numbers of characters that are shown of a long part of a line. */
const maxContextLength = 2000;
const maxDifferenceLength = 4000;

/**
 * Marks the difference between two lines: everything except their common beginning and end. Long parts are shortened,
 * so that the difference is shown wherever it is.
 */
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

/** Shortens a line without a difference. */
export function shortenLine(line: string): MarkedLine {
  return [keepStart(line, maxDifferenceLength), "", ""];
}

function cut(line: string, start: number, end: number): MarkedLine {
  const until = line.length - end;
  return [
    keepEnd(line.slice(0, start), maxContextLength),
    keepStart(line.slice(start, until), maxDifferenceLength),
    keepStart(line.slice(until), maxContextLength),
  ];
}

function keepStart(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, isHighSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length)}…`;
}

function keepEnd(text: string, length: number): string {
  if (text.length <= length) return text;
  const from = text.length - length;
  return `…${text.slice(isLowSurrogate(text.charCodeAt(from)) ? from + 1 : from)}`;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
