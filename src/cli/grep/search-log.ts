import type { LineMatcher } from "./line-matcher.js";
import { splitAtLineEnds } from "./whole-line-chunks.js";

export interface SearchOptions {
  /** Whether to select the lines that do not match. */
  readonly invert: boolean;
  /** The maximum number of lines. */
  readonly maxCount: number;
  readonly before: number;
  readonly after: number;
  /** Whether the numbers of lines are used. Otherwise, lines that need not be decoded are not counted either. */
  readonly hasNumbers: boolean;
}

/** A matching line, or one of its context. */
export interface FoundLine {
  readonly number: number;
  readonly text: string;
  readonly isMatch: boolean;
  /** Whether lines before this one were omitted. */
  readonly isAfterGap: boolean;
}

const newline = 0x0a;

/** Searches a log as its bytes arrive. Keeps one chunk, and the preceding lines that may be shown as context. */
export async function* searchLog(
  bytes: AsyncIterable<Uint8Array>,
  matcher: LineMatcher,
  options: SearchOptions,
): AsyncGenerator<readonly FoundLine[]> {
  const { required } = matcher;
  if (required !== undefined && !options.invert && options.before === 0 && options.after === 0)
    yield* searchLinesWith(required, bytes, matcher, options);
  else yield* searchAllLines(bytes, matcher, options);
}

/**
 * Searches a log, and decodes only the lines that contain a text that every matching line contains. Context is not
 * supported.
 */
async function* searchLinesWith(
  required: Buffer,
  bytes: AsyncIterable<Uint8Array>,
  { matches }: LineMatcher,
  { maxCount, hasNumbers }: SearchOptions,
): AsyncGenerator<readonly FoundLine[]> {
  let lineNumber = 0;
  let matchCount = 0;
  if (maxCount === 0) return;
  for await (const chunk of splitAtLineEnds(bytes)) {
    const found: FoundLine[] = [];
    let counted = 0;
    for (const { start, end } of findLinesWith(required, chunk)) {
      if (hasNumbers) lineNumber += countLines(chunk.subarray(counted, end));
      counted = end;
      const [text = ""] = splitLines(chunk.subarray(start, end));
      if (!matches(text)) continue;
      found.push({ number: lineNumber, text, isMatch: true, isAfterGap: false });
      matchCount += 1;
      if (matchCount >= maxCount) break;
    }
    if (found.length > 0) yield found;
    if (matchCount >= maxCount) return;
    if (hasNumbers && counted < chunk.length) lineNumber += countLines(chunk.subarray(counted));
  }
}

/** Finds the lines that contain a text. A line ends after its newline. */
function* findLinesWith(
  text: Buffer,
  chunk: Buffer,
): Generator<{ readonly start: number; readonly end: number }> {
  let at = chunk.indexOf(text);
  while (at !== -1) {
    const start = at === 0 ? 0 : chunk.lastIndexOf(newline, at - 1) + 1;
    const lineEnd = chunk.indexOf(newline, at);
    const end = lineEnd === -1 ? chunk.length : lineEnd + 1;
    yield { start, end };
    at = chunk.indexOf(text, end);
  }
}

async function* searchAllLines(
  bytes: AsyncIterable<Uint8Array>,
  { matches, required }: LineMatcher,
  { invert, maxCount, before, after }: SearchOptions,
): AsyncGenerator<readonly FoundLine[]> {
  const needed = invert ? undefined : required;
  let lineNumber = 0;
  let lastShown = 0;
  let matchCount = 0;
  let afterLeft = 0;
  let held: { number: number; text: string }[] = [];
  let skipped: { readonly chunk: Buffer; readonly lineNumber: number } | undefined;
  if (maxCount === 0) return;
  for await (const chunk of splitAtLineEnds(bytes)) {
    if (needed !== undefined && afterLeft === 0 && !chunk.includes(needed)) {
      lineNumber += countLines(chunk);
      // If the chunk has only few lines, lines of earlier chunks may be context too.
      if (before > 0) {
        if (skipped !== undefined) held = takeLastLines(skipped, before, held);
        skipped = { chunk, lineNumber };
      }
      continue;
    }
    if (skipped !== undefined) held = takeLastLines(skipped, before, held);
    skipped = undefined;
    const found: FoundLine[] = [];
    const show = (number: number, text: string, isMatch: boolean): void => {
      found.push({ number, text, isMatch, isAfterGap: lastShown > 0 && number > lastShown + 1 });
      lastShown = number;
    };
    for (const text of splitLines(chunk)) {
      lineNumber += 1;
      if (matchCount < maxCount && matches(text) !== invert) {
        for (const line of held) if (line.number > lastShown) show(line.number, line.text, false);
        held = [];
        show(lineNumber, text, true);
        matchCount += 1;
        afterLeft = after;
      } else if (afterLeft > 0) {
        afterLeft -= 1;
        show(lineNumber, text, false);
      } else if (before > 0) {
        held.push({ number: lineNumber, text });
        if (held.length > before) held.shift();
      }
      if (matchCount >= maxCount && afterLeft === 0) break;
    }
    if (found.length > 0) yield found;
    if (matchCount >= maxCount && afterLeft === 0) return;
  }
}

function splitLines(chunk: Buffer): string[] {
  const lines = chunk.toString("utf8").split("\n");
  if (chunk.at(-1) === newline) lines.pop();
  return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}

function countLines(chunk: Buffer): number {
  let count = chunk.at(-1) === newline ? 0 : 1;
  for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) count += 1;
  return count;
}

/** Returns the last lines of a chunk that was skipped. */
function takeLastLines(
  { chunk, lineNumber }: { readonly chunk: Buffer; readonly lineNumber: number },
  count: number,
  earlier: readonly { number: number; text: string }[],
): { number: number; text: string }[] {
  const lines = splitLines(chunk);
  const first = lineNumber - lines.length + 1;
  const own = lines.map((text, index) => ({ number: first + index, text }));
  return [...earlier, ...own].slice(-count);
}
