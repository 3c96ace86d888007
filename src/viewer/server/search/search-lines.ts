import type { SearchHit } from "../../protocol/index.js";
import { type ByteWindow, splitIntoWindows } from "./byte-windows.js";
import type { Match } from "./pattern-search.js";
import { TextFormat } from "./text-format.js";

/** The maximum number of characters of a long line that are shown on each side of a match. */
const shownCharacters = 200;

/** The hits in one window of a log. */
export interface WindowHits {
  readonly hits: readonly SearchHit[];
  /** The position in the log up to which it was searched. */
  readonly searchedUpTo: number;
  /** The number of lines that ended before it. */
  readonly lineCount: number;
}

/** Finds the first match of each line of a text, up to a maximum number. */
export type Find = (text: string, maxMatches: number) => Promise<readonly Match[]>;

/**
 * Searches a log while it is read: one hit per line, the first. Line numbers count from the first line that is read.
 */
export async function* searchLines(
  chunks: AsyncIterable<Uint8Array>,
  find: Find,
  fromByte: number,
  maxHits: number,
  format = new TextFormat(),
): AsyncGenerator<WindowHits> {
  const lines = new Lines(fromByte, format);
  let hitsLeft = maxHits;
  for await (const window of splitIntoWindows(chunks, fromByte, format)) {
    const hits = await lines.findHits(window, find, hitsLeft);
    hitsLeft -= hits.length;
    const searchedUpTo =
      hitsLeft > 0 ? window.offset + window.bytes.length : (hits.at(-1)?.lineStart ?? window.offset);
    yield { hits, searchedUpTo, lineCount: lines.completedCount };
    if (hitsLeft === 0) return;
  }
}

/**
 * Finds the line of the log that contains a match. Newlines are counted in the text and in the bytes in parallel,
 * because both have the same.
 */
class Lines {
  #lineNumber = 1;
  #lineStart: number;
  #hitLineStart = -1;

  constructor(
    fromByte: number,
    private readonly format: TextFormat,
  ) {
    this.#lineStart = fromByte;
  }

  get completedCount(): number {
    return this.#lineNumber - 1;
  }

  async findHits(window: ByteWindow, find: Find, maxHits: number): Promise<SearchHit[]> {
    const { bytes, offset } = window;
    const decoded = this.format.decode(bytes);
    const text = offset === 0 ? decoded.replace(/^\uFEFF/, "") : decoded;
    const hits: SearchHit[] = [];
    let textLine = 0;
    let position = 0;
    const advanceLine = (): boolean => {
      const end = this.format.findLineEnd(bytes, position);
      if (end === -1) return false;
      position = end;
      this.#lineStart = offset + position;
      this.#lineNumber += 1;
      return true;
    };
    for (const match of await find(text, maxHits + 1)) {
      for (let end = text.indexOf("\n", textLine); end !== -1 && end < match.start;) {
        advanceLine();
        textLine = end + 1;
        end = text.indexOf("\n", textLine);
      }
      // A long line is in several windows, but has only one hit.
      if (this.#lineStart === this.#hitLineStart || hits.length === maxHits) continue;
      this.#hitLineStart = this.#lineStart;
      hits.push(this.#createHit(text, textLine, match));
    }
    while (advanceLine());
    return hits;
  }

  #createHit(text: string, textLine: number, { start, end }: Match): SearchHit {
    const lineEnd = text.indexOf("\n", end);
    const line = text.slice(textLine, lineEnd === -1 ? text.length : lineEnd).replace(/\r$/, "");
    const [first, last] = [start - textLine, Math.min(end - textLine, line.length)];
    const cutAt = first > shownCharacters ? first - shownCharacters : 0;
    // A match can be as long as the line.
    const shownEnd = Math.min(last, first + 4 * shownCharacters);
    return {
      lineStart: this.#lineStart,
      lineNumber: this.#lineNumber,
      text: line.slice(cutAt, shownEnd + shownCharacters),
      start: first - cutAt,
      end: shownEnd - cutAt,
    };
  }
}
