import { AbortError, type AbortSignalLike } from "@azure/abort-controller";
import { throwIfAborted } from "../../core/index.js";
import { BufferPool, type PooledBuffer } from "./buffer-pool.js";

/**
 * How many bytes of buffers a call may hold at a time. It is what keeps memory flat: whoever wants a buffer waits here
 * until others have given theirs back. First come, first served, so that a large request is not starved by small
 * ones; a request above the whole budget is let in alone.
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
   * Waits for room, and gives a buffer of so many bytes, with whatever was in it. Rejects with an `AbortError` as soon as
   * the signal fires.
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
        // The one behind may need less.
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
