import type { ByteStore } from "../bytes/byte-store.js";
import { LineEnds } from "./line-ends.js";

/** The maximum number of known lines; the oldest are removed: a search can find millions. */
const maxKnown = 2_000;

/**
 * Line numbers that are certain: counted over loaded bytes from the start of the log, or from a line that a search has counted.
 * Any other number is unknown, and is not estimated.
 */
export class LineNumbers {
  /** Numbers of lines, from 1, by the offsets of their starts. */
  readonly #known = new Map<number, number>([[0, 1]]);

  constructor(
    private readonly bytes: ByteStore,
    private readonly ends = new LineEnds(bytes),
  ) {}

  /** Adds a line whose number is known. */
  add(lineStart: number, lineNumber: number): void {
    if (this.#known.size >= maxKnown) {
      const oldest = [...this.#known.keys()].find((offset) => offset !== 0);
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(lineStart, lineNumber);
  }

  /** Returns the number of the line that starts at this offset. */
  get(lineStart: number): number | undefined {
    const known = this.#known.get(lineStart);
    if (known !== undefined) return known;
    const nearest = this.#findNearest(lineStart);
    if (nearest === undefined) return undefined;
    const [offset, number] = nearest;
    const count = this.#countNewlines(Math.min(offset, lineStart), Math.max(offset, lineStart));
    if (count === undefined) return undefined;
    const here = offset < lineStart ? number + count : number - count;
    this.add(lineStart, here);
    return here;
  }

  /** Returns the number of the line at or before this offset, if known. */
  getNear(offset: number): number | undefined {
    const lineStart = this.ends.findLast(Math.max(0, offset - 65_536), offset);
    return lineStart > 0 || offset < 65_536 ? this.get(Math.max(0, lineStart)) : undefined;
  }

  #findNearest(lineStart: number): readonly [number, number] | undefined {
    let best: readonly [number, number] | undefined;
    for (const place of this.#known) {
      if (best === undefined || Math.abs(place[0] - lineStart) < Math.abs(best[0] - lineStart)) best = place;
    }
    return best;
  }

  /** Returns `undefined` unless all bytes between are loaded. */
  #countNewlines(start: number, end: number): number | undefined {
    if (this.bytes.findMissing({ start, end }) !== undefined) return undefined;
    let count = 0;
    for (let at = start; at < end; count += 1) {
      const found = this.ends.findFirst(at, end);
      if (found < 0) break;
      at = found;
    }
    return count;
  }
}
