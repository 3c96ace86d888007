/**
 * A table of a FlatBuffer, of which single fields are read: Arrow describes its messages and its file's end so. A read beyond
 * the bytes is a `RangeError`.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #position: number;

  constructor(bytes: Uint8Array, position?: number) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = position ?? this.#view.getUint32(0, true);
  }

  readUint8(field: number): number {
    const at = this.#find(field);
    return at === undefined ? 0 : this.#view.getUint8(at);
  }

  readInt64(field: number): number {
    const at = this.#find(field);
    return at === undefined ? 0 : this.#readInt64(at);
  }

  readTable(field: number): FlatTable | undefined {
    const at = this.#find(field);
    if (at === undefined) return undefined;
    const { buffer, byteOffset, byteLength } = this.#view;
    return new FlatTable(new Uint8Array(buffer, byteOffset, byteLength), at + this.#view.getUint32(at, true));
  }

  /** Returns the number of items of a vector. */
  countItems(field: number): number {
    const start = this.#findVector(field);
    return start === undefined ? 0 : this.#view.getUint32(start, true);
  }

  /** Throws a RangeError if a vector of items of this size is longer than the bytes. */
  requireVector(field: number, itemBytes: number): void {
    const start = this.#findVector(field);
    if (start !== undefined && start + 4 + this.countItems(field) * itemBytes > this.#view.byteLength)
      throw new RangeError(`A vector of ${this.countItems(field)} items is longer than its message.`);
  }

  /** Yields the tables of a vector. */
  *readTables(field: number): Generator<FlatTable, undefined> {
    this.requireVector(field, 4);
    const start = this.#findVector(field);
    if (start === undefined) return undefined;
    const { buffer, byteOffset, byteLength } = this.#view;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let index = 0; index < this.countItems(field); index += 1) {
      const at = start + 4 + 4 * index;
      yield new FlatTable(bytes, at + this.#view.getUint32(at, true));
    }
    return undefined;
  }

  /** Reads a vector of structures of this size. Each is read with `read`, which reads a number at an offset within it. */
  readStructs<T>(field: number, size: number, maxCount: number, read: (at: StructReader) => T): T[] {
    const start = this.#findVector(field);
    const count = Math.min(this.countItems(field), maxCount);
    return Array.from({ length: start === undefined ? 0 : count }, (_, index) => {
      const base = (start ?? 0) + 4 + index * size;
      return read({
        readInt32: (offset) => this.#view.getInt32(base + offset, true),
        readInt64: (offset) => this.#readInt64(base + offset),
      });
    });
  }

  #findVector(field: number): number | undefined {
    const at = this.#find(field);
    return at === undefined ? undefined : at + this.#view.getUint32(at, true);
  }

  /** Returns where a field is; `undefined` if the table does not have it. */
  #find(field: number): number | undefined {
    const fields = this.#position - this.#view.getInt32(this.#position, true);
    const slot = 4 + 2 * field;
    if (slot >= this.#view.getUint16(fields, true)) return undefined;
    const offset = this.#view.getUint16(fields + slot, true);
    return offset === 0 ? undefined : this.#position + offset;
  }

  #readInt64(at: number): number {
    const value = Number(this.#view.getBigInt64(at, true));
    if (!Number.isSafeInteger(value)) throw new RangeError(`The number ${value} is too large.`);
    return value;
  }
}

export interface StructReader {
  readonly readInt32: (offset: number) => number;
  readonly readInt64: (offset: number) => number;
}
