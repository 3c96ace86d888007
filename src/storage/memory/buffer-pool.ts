/** A buffer of a pool. Releasing it twice has no effect. */
export interface PooledBuffer {
  readonly bytes: Buffer;
  /** Returns the buffer to the pool: nothing may read or write it any more. */
  readonly release: () => void;
  /** Drops the buffer, after an error that may have left it in use. */
  readonly discard: () => void;
}

/** Lengths are multiples of this, so that files of similar length share buffers. */
const stepBytes = 64 * 1024;

/**
 * Reuses buffers, because clearing and collecting new ones takes longer than filling them. Their memory can be shared
 * with threads.
 */
export class BufferPool {
  readonly #maxKeptBytes: number;
  /** Ordered by the time of their return. */
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;

  /** @param maxKeptBytes - The maximum total size of the free buffers that are kept. */
  constructor(maxKeptBytes: number) {
    this.#maxKeptBytes = maxKeptBytes;
  }

  /** Returns a buffer of this length with arbitrary content. */
  take(bytes: number): PooledBuffer {
    const steps = Math.max(1, Math.ceil(bytes / stepBytes));
    const whole = this.#takeKept(bytes) ?? Buffer.from(new SharedArrayBuffer(steps * stepBytes));
    let isOut = true;
    return {
      bytes: whole.subarray(0, bytes),
      release: () => {
        if (isOut) this.#keep(whole);
        isOut = false;
      },
      discard: () => {
        isOut = false;
      },
    };
  }

  /** Returns a free buffer, unless it is so much too long that it would waste memory. */
  #takeKept(bytes: number): Buffer | undefined {
    const maxBytes = Math.max(2 * bytes, stepBytes);
    const at = this.#kept.findLastIndex(({ length }) => length >= bytes && length <= maxBytes);
    if (at < 0) return undefined;
    const [found] = this.#kept.splice(at, 1);
    this.#keptBytes -= found?.length ?? 0;
    return found;
  }

  #keep(buffer: Buffer): void {
    this.#kept.push(buffer);
    this.#keptBytes += buffer.length;
    while (this.#keptBytes > this.#maxKeptBytes) this.#keptBytes -= this.#kept.shift()?.length ?? 0;
  }
}
