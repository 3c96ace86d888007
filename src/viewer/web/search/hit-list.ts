import type { SearchHit } from "../../protocol/index.js";
import type { ByteRange } from "../bytes/byte-store.js";
import type { SearchRange } from "./plan-ranges.js";

/** The maximum number of hits that are kept: memory must not depend on the text. */
export const maxHits = 10_000;

/** A hit, with its offset in the text. */
export interface TextHit extends Omit<SearchHit, "lineNumber"> {
  /** From 1; absent while the number of lines before its range is unknown. */
  readonly lineNumber?: number;
  /** The start of its line. */
  readonly offset: number;
}

/** The hits of a search, at most {@link maxHits}: those nearest to where it began. */
export class HitList {
  readonly #done: { readonly range: ByteRange; readonly hits: readonly SearchHit[] }[] = [];
  readonly #lineCounts = new Map<number, number>();
  #range: SearchRange = { start: 0, end: 0, isBackwards: false };
  #hits: SearchHit[] = [];
  #doneCount = 0;
  #isFull = false;
  #isOpen = false;

  constructor(private readonly ranges: readonly ByteRange[]) {}

  /** Whether hits were left out, so that the search ends here. */
  get isFull(): boolean {
    return this.#isFull;
  }

  get #room(): number {
    return maxHits - this.#doneCount;
  }

  /** The range that is searched backwards: its remaining hits may be nearer to the reader. */
  get unsettled(): ByteRange | undefined {
    return this.#isOpen && this.#range.isBackwards ? this.#range : undefined;
  }

  /** Begins the next range. */
  begin(range: SearchRange): void {
    this.#range = range;
    this.#hits = [];
    this.#isOpen = true;
  }

  /** Adds a hit of the range; its line number counts from the range's first line. */
  add(hit: SearchHit): void {
    if (this.#hits.length >= this.#room) {
      this.#isFull = true;
      if (!this.#range.isBackwards || this.#room === 0) return;
      // In a range before the reader the last ones are the nearest. Not removed one by one, which takes long.
      if (this.#hits.length >= 2 * this.#room) this.#hits = this.#hits.slice(-this.#room);
    }
    this.#hits.push(hit);
  }

  /** Ends the range, or without a number of lines the search within it. */
  end(lineCount?: number): void {
    this.#hits = this.#shown();
    this.#done.push({ range: this.#range, hits: this.#hits });
    this.#doneCount += this.#hits.length;
    if (lineCount !== undefined) this.#lineCounts.set(this.#range.start, lineCount);
    this.#hits = [];
    this.#isOpen = false;
  }

  /** The position up to which a full list has every hit, in the direction of the search. */
  get edge(): number {
    const hits = this.#done.at(-1)?.hits ?? [];
    return (this.#range.isBackwards ? hits[0] : hits.at(-1))?.lineStart ?? this.#range.start;
  }

  /** Returns the hits in order, with line numbers if all lines before their range were counted. */
  list(): readonly TextHit[] {
    const linesBefore = this.#countLinesBefore();
    const inRanges = [...this.#done, { range: this.#range, hits: this.#shown() }];
    return inRanges
      .flatMap(({ range, hits }) => {
        const before = linesBefore.get(range.start);
        return hits.map(({ lineNumber, ...hit }) => ({
          ...hit,
          ...(before !== undefined && { lineNumber: before + lineNumber }),
          offset: hit.lineStart,
        }));
      })
      .sort((a, b) => a.offset - b.offset);
  }

  #shown(): SearchHit[] {
    return this.#range.isBackwards ? this.#hits.slice(-this.#room) : this.#hits.slice(0, this.#room);
  }

  #countLinesBefore(): ReadonlyMap<number, number> {
    const linesBefore = new Map<number, number>();
    let sum: number | undefined = 0;
    for (const { start } of this.ranges.toSorted((a, b) => a.start - b.start)) {
      if (sum === undefined) break;
      linesBefore.set(start, sum);
      const count = this.#lineCounts.get(start);
      sum = count === undefined ? undefined : sum + count;
    }
    return linesBefore;
  }
}
