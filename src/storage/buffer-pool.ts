/** A buffer that goes back to where it came from. Giving it back twice does nothing. */
export interface PooledBuffer {
  readonly bytes: Buffer;
  /** Gives the buffer back for others to use: nobody reads or writes it any more. */
  release(): void;
  /** The same after a failure that may have left it with somebody: its memory is collected like any other. */
  discard(): void;
}

/**
 * Buffers that are used again: to have the system clear new ones, and to have them collected, takes longer than to fill
 * them. Their memory can be shared with threads.
 */
export class BufferPool {
  readonly #mostBytes: number;
  readonly #most: number;
  readonly #free: Buffer[] = [];

  /** Keeps `most` free buffers at most, each of `mostBytes`. */
  constructor(mostBytes: number, most: number) {
    this.#mostBytes = mostBytes;
    this.#most = most;
  }

  /** A buffer of so many bytes, with whatever was in it. A longer one than the pool's is made, and not kept. */
  take(bytes: number): PooledBuffer {
    const whole =
      (bytes <= this.#mostBytes ? this.#free.pop() : undefined) ??
      Buffer.from(new SharedArrayBuffer(Math.max(bytes, this.#mostBytes)));
    let isOut = true;
    return {
      bytes: whole.subarray(0, bytes),
      release: () => {
        if (isOut && whole.length === this.#mostBytes && this.#free.length < this.#most)
          this.#free.push(whole);
        isOut = false;
      },
      discard: () => {
        isOut = false;
      },
    };
  }
}
