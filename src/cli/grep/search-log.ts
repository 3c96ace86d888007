import type { CandidateSearch } from "./candidate-search.js";
import type { LineMatcher } from "./line-matcher.js";
import { Turns } from "./turns.js";
import { splitAtLineEnds, splitIntoPieces } from "./whole-line-chunks.js";

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
/** So much of a chunk is decoded at a time, or scanned for candidates. */
const decodedBytes = 64 * 1024;
const scannedBytes = 128 * 1024;

/**
 * Searches a log as its bytes arrive. Keeps one chunk, and the preceding lines that may be shown as context. Other work of the
 * process gets its turn meanwhile.
 */
export async function* searchLog(
  bytes: AsyncIterable<Uint8Array>,
  matcher: LineMatcher,
  options: SearchOptions,
): AsyncGenerator<readonly FoundLine[]> {
  const { searchCandidates } = matcher;
  if (options.maxCount === 0) return;
  if (searchCandidates !== undefined && !options.invert && options.before === 0 && options.after === 0)
    yield* searchCandidateLines(searchCandidates, bytes, matcher, options);
  else yield* searchAllLines(bytes, matcher, options);
}

/** Decodes and matches only the lines that may match. Context is not supported. */
async function* searchCandidateLines(
  searchCandidates: CandidateSearch,
  bytes: AsyncIterable<Uint8Array>,
  { matches }: LineMatcher,
  { maxCount, hasNumbers }: SearchOptions,
): AsyncGenerator<readonly FoundLine[]> {
  const turns = new Turns();
  let lineNumber = 0;
  let matchCount = 0;
  for await (const chunk of splitAtLineEnds(bytes)) {
    const found: FoundLine[] = [];
    let counted = 0;
    for (const { start, end } of findCandidateLines(searchCandidates, chunk)) {
      if (hasNumbers) lineNumber += countLines(chunk.subarray(counted, end));
      counted = end;
      if (turns.isOver()) await turns.take();
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

/** Finds the lines that may match. A line ends after its newline. */
function* findCandidateLines(
  searchCandidates: CandidateSearch,
  chunk: Buffer,
): Generator<{ readonly start: number; readonly end: number }> {
  let offset = 0;
  for (const piece of splitIntoPieces(chunk, scannedBytes)) {
    const find = searchCandidates(piece);
    for (let at = find(0); at !== -1;) {
      const start = at === 0 ? 0 : piece.lastIndexOf(newline, at - 1) + 1;
      const lineEnd = piece.indexOf(newline, at);
      const end = lineEnd === -1 ? piece.length : lineEnd + 1;
      yield { start: offset + start, end: offset + end };
      at = find(end);
    }
    offset += piece.length;
  }
}

async function* searchAllLines(
  bytes: AsyncIterable<Uint8Array>,
  { matches, searchCandidates }: LineMatcher,
  { invert, maxCount, before, after }: SearchOptions,
): AsyncGenerator<readonly FoundLine[]> {
  const turns = new Turns();
  let lineNumber = 0;
  let lastShown = 0;
  let matchCount = 0;
  let afterLeft = 0;
  let held: NumberedLine[] = [];
  for await (const chunk of splitAtLineEnds(bytes)) {
    const found: FoundLine[] = [];
    const show = (number: number, text: string, isMatch: boolean): void => {
      found.push({ number, text, isMatch, isAfterGap: lastShown > 0 && number > lastShown + 1 });
      lastShown = number;
    };
    for (const piece of splitIntoPieces(chunk, decodedBytes)) {
      if (turns.isOver()) await turns.take();
      if (afterLeft === 0 && !invert && searchCandidates?.(piece)(0) === -1) {
        lineNumber += countLines(piece);
        held = takeLastLines(piece, lineNumber, before, held);
        continue;
      }
      for (const text of splitLines(piece)) {
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

interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** Returns the last lines that were read, after those of a piece that is skipped, whose last line has the number. */
function takeLastLines(
  piece: Buffer,
  lastNumber: number,
  count: number,
  earlier: readonly NumberedLine[],
): NumberedLine[] {
  if (count === 0) return [];
  let start = piece.length;
  for (let left = count; left > 0 && start > 0; left -= 1)
    start = start === 1 ? 0 : piece.lastIndexOf(newline, start - 2) + 1;
  const texts = splitLines(piece.subarray(start));
  const own = texts.map((text, index) => ({ number: lastNumber - texts.length + index + 1, text }));
  return [...earlier, ...own].slice(-count);
}
