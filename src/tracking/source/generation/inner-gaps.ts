import { readAt } from "../files/read-file.js";
import type { SourceHandle } from "../files/source-files.js";
import { countSame } from "./count-same.js";
import { headBytes } from "./generation-plan.js";
import type { OtherContent } from "./other-content.js";

/** What was read in a file, and not proved to be there afterwards. */
interface PassedBytes extends OtherContent {
  /** The size of the file then, if it had been larger before. */
  readonly end?: number | undefined;
}

/** Of a file that changes during every look, the last ones matter. */
const maxPassed = 16;

/**
 * Offsets in the file of a generation at which bytes may be missing: the file was cut shorter there during a look or a read, and has grown
 * since. Nothing behind such an offset is read before the loss is reported.
 */
export class InnerGaps {
  #offsets: readonly number[] = [];
  #passed: readonly PassedBytes[] = [];

  /** Must be called with what was read in the file, if that was not proved to be there afterwards. */
  remember({ start, bytes, end }: PassedBytes): void {
    if (bytes.length > 0) this.#add([{ start, bytes: Buffer.from(bytes.subarray(0, headBytes)), end }]);
  }

  /** Adds what was read in the file when it belonged to another generation. */
  inherit(other: InnerGaps): void {
    this.#add(other.#passed);
  }

  /** Compares what was read with the content that the file is proved to have now. */
  async settle(handle: SourceHandle, sizeBytes: number): Promise<void> {
    const passed = this.#passed;
    this.#passed = [];
    for (const { start, bytes, end } of passed) {
      const now = await readAt(handle, start, bytes.length);
      const isSame = now.equals(bytes);
      const offset = isSame ? end : start + countSame(bytes, now, sizeBytes - start);
      if (offset !== undefined && offset > start) this.#offsets = [...new Set([...this.#offsets, offset])];
    }
  }

  isAt(offset: number): boolean {
    return this.#offsets.includes(offset);
  }

  remove(offset: number): void {
    this.#offsets = this.#offsets.filter((each) => each !== offset);
  }

  clear(): void {
    this.#offsets = [];
    this.#passed = [];
  }

  /** Returns the number of bytes, at most `count`, that may be read from an offset. */
  limit(offset: number, count: number): number {
    const [next] = this.#offsets.filter((each) => each > offset).toSorted((one, other) => one - other);
    return next === undefined ? count : Math.min(count, next - offset);
  }

  #add(passed: readonly PassedBytes[]): void {
    this.#passed = [...this.#passed, ...passed].slice(-maxPassed);
  }
}
