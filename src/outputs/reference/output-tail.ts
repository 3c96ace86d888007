import type { LogChunk } from "../../tracking/index.js";

/** The bytes of an output, in order, as they are read; see `OutputFileReference.tail`. */
export interface OutputTail extends AsyncIterableIterator<Uint8Array> {
  /**
   * Where in the output the next bytes will come from; `undefined` before the first ones. Another reading goes on here with
   * `tail({ offset: position })`.
   */
  readonly position: number | undefined;
}

/** Gives the bytes of the chunks, and remembers where they end. */
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
