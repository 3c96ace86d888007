import type { ByteStore } from "../bytes/byte-store.js";
import { LineEnds } from "./line-ends.js";

/** Beyond this many known places the oldest are forgotten: a search can find millions. */
const maxKnown = 2_000;

/**
 * Numbers of lines, only where they are certain: counted from the log's start, or from a place that a search has counted
 * to, over bytes that are here. Everywhere else the number is unknown, and nothing is made up.
 */
export class LineNumbers {
  /** Where a line starts, and its number from 1; both kept in the order of the offsets. */
  readonly #known = new Map<number, number>([[0, 1]]);

  constructor(
    private readonly bytes: ByteStore,
    private readonly ends = new LineEnds(bytes),
  ) {}

  /** A place that somebody has counted to. */
  add(lineStart: number, lineNumber: number): void {
    if (this.#known.size >= maxKnown) {
      const oldest = [...this.#known.keys()].find((offset) => offset !== 0);
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(lineStart, lineNumber);
  }

  /** The number of the line that starts here. */
  get(lineStart: number): number | undefined {
    const known = this.#known.get(lineStart);
    if (known !== undefined) return known;
    const getNear = this.#findNearest(lineStart);
    if (getNear === undefined) return undefined;
    const [offset, number] = getNear;
    const count = this.#countNewlines(Math.min(offset, lineStart), Math.max(offset, lineStart));
    if (count === undefined) return undefined;
    const here = offset < lineStart ? number + count : number - count;
    this.add(lineStart, here);
    return here;
  }

  /** Whether numbers are known about here. */
  near(offset: number): number | undefined {
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

  /** `undefined` where not all of the bytes between are here. */
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
