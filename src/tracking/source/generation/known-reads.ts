import type { SourceHandle } from "../files/source-files.js";
import type { KnownContent } from "./generation-plan.js";
import { readKnownContent } from "./known-content.js";

/** The number of remembered reads with an uncertain outcome in the store. */
const readsToRemember = 64;

/** The beginnings of a generation that were read: the first one is certainly stored, the others may be. */
export class KnownReads {
  #reads: readonly KnownContent[];

  constructor(stored: KnownContent | undefined) {
    this.#reads = stored === undefined ? [] : [stored];
  }

  /** Everything that is stored. */
  get stored(): KnownContent | undefined {
    return this.#reads[0];
  }

  /** The latest one that ends within a file of this size. */
  findWithin(sizeBytes: number): KnownContent | undefined {
    return this.#reads.findLast(({ end }) => end <= sizeBytes);
  }

  /**
   * Records that everything before the offset is stored. `undefined` if it cannot be read any more.
   *
   * @param start - The start of the generation's content in its file.
   */
  async confirm(handle: SourceHandle, start: number, offset: number): Promise<KnownContent | undefined> {
    if (this.stored?.end === offset) return this.stored;
    const known = this.#reads.find(({ end }) => end === offset);
    const read = known ?? (await this.#catchUp(handle, start, offset));
    if (read !== undefined) this.#reads = [read];
    return read;
  }

  /** Adds what was read after the stored content. */
  add(stored: KnownContent, data: Buffer, tail: Buffer): void {
    const end = stored.end + data.length;
    const others = this.#reads.filter((read) => read !== stored && read.end !== end);
    const read = { end, hash: stored.hash.copy().update(data), tail };
    this.#reads = [stored, ...others.slice(-readsToRemember), read];
  }

  async #catchUp(handle: SourceHandle, start: number, offset: number): Promise<KnownContent | undefined> {
    const { stored } = this;
    const before = stored !== undefined && stored.end <= offset ? stored : undefined;
    return await readKnownContent(handle, start, offset, before);
  }
}
