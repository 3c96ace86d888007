import { AbortError, type AbortSignalLike } from "@azure/abort-controller";
import { throwIfAborted } from "../../core/index.js";
import { BufferPool, type PooledBuffer } from "./buffer-pool.js";

/**
 * Limits the bytes of buffers that a call holds at a time, and so its memory: a request for a buffer waits until others
 * have released theirs. Requests are served in order, so that small ones do not starve a large one; a request above the
 * whole budget is served alone.
 */
export class ByteBudget {
  readonly #limit: number;
  readonly #buffers: BufferPool;
  readonly #waiting: { bytes: number; enter: () => void }[] = [];
  #held = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
    this.#buffers = new BufferPool(limitBytes);
  }

  /**
   * Waits until the limit allows it, and returns a buffer of this length with arbitrary content. Rejects with an
   * `AbortError` as soon as the signal fires.
   */
  async take(bytes: number, abortSignal?: AbortSignalLike): Promise<PooledBuffer> {
    throwIfAborted(abortSignal);
    if (this.#waiting.length > 0 || !this.#fits(bytes)) {
      await this.#wait(bytes, abortSignal);
    } else {
      this.#held += bytes;
    }
    const buffer = this.#buffers.take(bytes);
    let isOut = true;
    const give = (isReusable: boolean): void => {
      if (!isOut) return;
      isOut = false;
      if (isReusable) buffer.release();
      this.#held -= bytes;
      this.#admit();
    };
    return {
      bytes: buffer.bytes,
      release: () => {
        give(true);
      },
      discard: () => {
        give(false);
      },
    };
  }

  async #wait(bytes: number, abortSignal: AbortSignalLike | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        abortSignal?.removeEventListener("abort", leave);
        resolve();
      };
      const waiting = { bytes, enter };
      const leave = (): void => {
        abortSignal?.removeEventListener("abort", leave);
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        // The next waiting request may be smaller.
        this.#admit();
        reject(new AbortError("The operation was aborted."));
      };
      abortSignal?.addEventListener("abort", leave);
      this.#waiting.push(waiting);
    });
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.#limit;
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#held += next.bytes;
      next.enter();
    }
  }
}
