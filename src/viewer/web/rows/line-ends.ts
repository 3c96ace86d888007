import { type TextEncoding, getUnitBytes } from "../../protocol/index.js";
import type { ByteStore } from "../bytes/byte-store.js";

const newline = 0x0a;

/** Finds the ends of lines in bytes of an encoding. A newline of UTF-16 is two bytes, at an even offset. */
export class LineEnds {
  readonly unitBytes: 1 | 2;
  readonly #isLittleEndian: boolean;

  constructor(
    private readonly bytes: ByteStore,
    readonly encoding: TextEncoding = "utf-8",
  ) {
    this.unitBytes = getUnitBytes(encoding);
    this.#isLittleEndian = encoding === "utf-16le";
  }

  /**
   * Returns the offset after the first newline in [start, end); -1 if there is none, `missing` if bytes before it are not loaded.
   */
  findFirst(start: number, end: number): number {
    for (let from = start; ;) {
      const found = this.bytes.indexOf(newline, from, end);
      if (found < 0) return found;
      const after = this.#findEnd(found);
      if (after !== undefined) return after;
      from = found + 1;
    }
  }

  /** Returns the offset after the last newline in [start, end), like {@link findFirst}. */
  findLast(start: number, end: number): number {
    for (let to = end; ;) {
      const found = this.bytes.lastIndexOf(newline, start, to);
      if (found < 0) return found;
      const after = this.#findEnd(found);
      if (after !== undefined) return after;
      to = found;
    }
  }

  /** Whether a newline ends at this offset. */
  isAfterEnd(offset: number): boolean {
    if (this.unitBytes === 1) return this.bytes.byteAt(offset - 1) === newline;
    return this.#findEnd(offset - (this.#isLittleEndian ? 2 : 1)) === offset;
  }

  /** Returns the first offset from here on at which a character begins; `undefined` if the bytes are not loaded. */
  findCharacter(offset: number): number | undefined {
    if (offset <= 0) return 0;
    for (let position = offset; position <= offset + 3; position += 1) {
      if (position >= this.bytes.size) return this.bytes.size;
      const isWithin = this.#isWithinCharacter(position);
      if (isWithin === undefined) return undefined;
      if (!isWithin) return position;
    }
    return offset;
  }

  #isWithinCharacter(offset: number): boolean | undefined {
    if (this.unitBytes === 1) {
      const byte = this.bytes.byteAt(offset);
      if (byte === undefined) return undefined;
      return this.encoding === "utf-8" && (byte & 0xc0) === 0x80;
    }
    if (offset % 2 !== 0) return true;
    const high = this.bytes.byteAt(this.#isLittleEndian ? offset + 1 : offset);
    return offset + 1 < this.bytes.size && high === undefined ? undefined : isLowSurrogate(high);
  }

  /** Returns the offset after the newline whose 0x0a is here; `undefined` if that byte belongs to another character. */
  #findEnd(found: number): number | undefined {
    if (this.unitBytes === 1) return this.bytes.byteAt(found) === newline ? found + 1 : undefined;
    if (this.bytes.byteAt(found) !== newline) return undefined;
    if (this.#isLittleEndian)
      return found % 2 === 0 && this.bytes.byteAt(found + 1) === 0 ? found + 2 : undefined;
    return found % 2 === 1 && this.bytes.byteAt(found - 1) === 0 ? found + 1 : undefined;
  }
}

function isLowSurrogate(highByte: number | undefined): boolean {
  return highByte !== undefined && highByte >= 0xdc && highByte <= 0xdf;
}
