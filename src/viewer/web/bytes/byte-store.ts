/** Returned by a search that reaches bytes that are not loaded. */
export const missing = -2;

export interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * Loaded bytes of a file, in blocks. Keeps the blocks nearest to the reader's position and evicts the farthest. Memory depends on
 * `capacityBlocks`, not on the size of the file.
 */
export class ByteStore {
  readonly #blocks = new Map<number, Uint8Array>();
  #size: number;
  #focus = 0;

  constructor(
    size: number,
    readonly blockBytes = 65_536,
    readonly capacityBlocks = 96,
  ) {
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  /** The number of loaded bytes. */
  get loadedBytes(): number {
    let held = 0;
    for (const block of this.#blocks.values()) held += block.byteLength;
    return held;
  }

  /** Sets the size after the file has grown. Loaded bytes stay valid: a log is only appended to. */
  setSize(size: number): void {
    this.#size = Math.max(this.#size, size);
  }

  /** Sets the reader's position; the blocks farthest from it are evicted first. */
  focus(offset: number): void {
    this.#focus = this.#blockIndex(offset);
  }

  /** Adds bytes that start at a block, or directly after the loaded bytes of one. */
  put(offset: number, bytes: Uint8Array): void {
    let position = offset;
    for (let taken = 0; taken < bytes.byteLength;) {
      const index = this.#blockIndex(position);
      const within = position - index * this.blockBytes;
      const held = this.#blocks.get(index) ?? new Uint8Array();
      if (within > held.byteLength) throw new RangeError(`No bytes are held before offset ${position}.`);
      const part = bytes.subarray(taken, taken + this.blockBytes - within);
      this.#blocks.set(index, joinBytes(held.subarray(0, within), part));
      taken += part.byteLength;
      position += part.byteLength;
    }
    this.setSize(position);
    this.#evict();
  }

  /** Finds the first part of a range that is not loaded. The result is aligned for {@link put}. */
  findMissing({ start, end }: ByteRange): ByteRange | undefined {
    const stop = Math.min(end, this.#size);
    let from: number | undefined;
    for (let index = this.#blockIndex(Math.max(0, start)); index * this.blockBytes < stop; index += 1) {
      const blockStart = index * this.blockBytes;
      const held = this.#blocks.get(index)?.byteLength ?? 0;
      const isWhole = held >= Math.min(this.blockBytes, this.#size - blockStart);
      if (from === undefined && !isWhole) from = blockStart + held;
      else if (from !== undefined && held > 0) return { start: from, end: blockStart };
    }
    return from === undefined
      ? undefined
      : {
          start: from,
          end: Math.min(this.#size, this.#blockIndex(stop - 1) * this.blockBytes + this.blockBytes),
        };
  }

  byteAt(offset: number): number | undefined {
    return this.#blocks.get(this.#blockIndex(offset))?.[offset % this.blockBytes];
  }

  /** Copies a range. Returns `undefined` unless all of it is loaded. */
  slice(start: number, end: number): Uint8Array | undefined {
    const stop = Math.min(end, this.#size);
    const parts = new Uint8Array(Math.max(0, stop - start));
    for (let position = start; position < stop;) {
      const block = this.#blocks.get(this.#blockIndex(position));
      const within = position % this.blockBytes;
      const part = block?.subarray(within, within + stop - position);
      if (part === undefined || part.byteLength === 0) return undefined;
      parts.set(part, position - start);
      position += part.byteLength;
    }
    return parts;
  }

  /**
   * Finds the first occurrence of a byte in [start, end). Returns -1 if there is none, {@link missing} if bytes before it are not
   * loaded.
   */
  indexOf(byte: number, start: number, end: number): number {
    const stop = Math.min(end, this.#size);
    for (let position = start; position < stop;) {
      const block = this.#blocks.get(this.#blockIndex(position));
      const within = position % this.blockBytes;
      if (block === undefined || within >= block.byteLength) return missing;
      const found = block.indexOf(byte, within);
      const base = position - within;
      if (found >= 0) return base + found < stop ? base + found : -1;
      position = base + block.byteLength;
    }
    return -1;
  }

  /** Finds the last occurrence of a byte in [start, end), like {@link indexOf}. */
  lastIndexOf(byte: number, start: number, end: number): number {
    for (let position = Math.min(end, this.#size); position > start;) {
      const index = this.#blockIndex(position - 1);
      const base = index * this.blockBytes;
      const block = this.#blocks.get(index);
      if (block === undefined || block.byteLength < position - base) return missing;
      const found = block.lastIndexOf(byte, position - 1 - base);
      if (found >= 0) return base + found >= start ? base + found : -1;
      position = base;
    }
    return -1;
  }

  #blockIndex(offset: number): number {
    return Math.floor(offset / this.blockBytes);
  }

  #evict(): void {
    const excess = this.#blocks.size - this.capacityBlocks;
    if (excess <= 0) return;
    const distance = (index: number) => Math.abs(index - this.#focus);
    const farthest = [...this.#blocks.keys()].sort((a, b) => distance(b) - distance(a));
    for (const index of farthest.slice(0, excess)) this.#blocks.delete(index);
  }
}

function joinBytes(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.byteLength + tail.byteLength);
  whole.set(head);
  whole.set(tail, head.byteLength);
  return whole;
}
