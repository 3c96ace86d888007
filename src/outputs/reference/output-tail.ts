import type { LogChunk } from "../../tracking/index.js";

/** The bytes of an output, in order; see `OutputFileReference.tail`. */
export interface OutputTail extends AsyncIterableIterator<Uint8Array> {
  /**
   * The offset of the next bytes; `undefined` before the first ones. Use `tail({ offset: position })` to continue with
   * another reader.
   */
  readonly position: number | undefined;
}

/** Returns the bytes of the chunks, and records the position after them. */
export class OutputTailReader implements OutputTail {
  readonly #chunks: AsyncGenerator<LogChunk, void, undefined>;
  #position: number | undefined;

  constructor(chunks: AsyncGenerator<LogChunk, void, undefined>) {
    this.#chunks = chunks;
  }

  get position(): number | undefined {
    return this.#position;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const next = await this.#chunks.next();
    if (next.done === true) return { done: true, value: undefined };
    const { offset, data } = next.value;
    this.#position = offset + data.length;
    return { done: false, value: data };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#chunks.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
