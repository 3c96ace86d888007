/** A buffer that goes back to where it came from. Giving it back twice does nothing. */
export interface PooledBuffer {
  readonly bytes: Buffer;
  /** Gives the buffer back for others to use: nobody reads or writes it any more. */
  readonly release: () => void;
  /** The same after a failure that may have left it with somebody: its memory is collected like any other. */
  readonly discard: () => void;
}

/** Lengths are multiples of it, so that files of nearly one length share their buffers. */
const stepBytes = 64 * 1024;

/**
 * Buffers that are used again: to have the system clear new ones, and to have them collected, takes longer than to fill
 * them. Their memory can be shared with threads.
 */
export class BufferPool {
  readonly #maxKeptBytes: number;
  /** The one that was given back last is the last. */
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;

  /** Keeps free buffers of so many bytes in all. */
  constructor(maxKeptBytes: number) {
    this.#maxKeptBytes = maxKeptBytes;
  }

  /** A buffer of so many bytes, with whatever was in it. */
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

  /** One that is not much too long: it would hold memory that nobody asked for. */
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
