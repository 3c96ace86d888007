import { type ByteStore, missing } from "../bytes/byte-store.js";
import { LineEnds } from "./line-ends.js";

/** What the screen shows as one row: a line, or a piece of a very long one. */
export interface Row {
  readonly start: number;
  /** Exclusive; the line's end is within. */
  readonly end: number;
  /** False for the second and later pieces of a long line. */
  readonly isLineStart: boolean;
}

/** How a file falls into rows. Both directions agree, wherever one begins: rows depend on the bytes near them alone. */
export interface RowModel {
  /** The row that holds this byte; `undefined` where the bytes to tell are not here. */
  findRowAt(offset: number): Row | undefined;
  /** The row that starts here, which must be where one does. */
  findRowFrom(start: number): Row | undefined;
}

/** Lines up to this many bytes are never cut; pieces of longer ones are at most twice as long. */
export const wholeLineBytes = 4096;

/**
 * Lines as rows. A line of gigabytes cannot be cut by counting from its start, so it is cut at multiples of
 * {@link wholeLineBytes} in the file: at each one before which no line has ended for that many bytes.
 */
export class LineRows implements RowModel {
  constructor(
    private readonly bytes: ByteStore,
    private readonly maxWholeBytes = wholeLineBytes,
    private readonly ends = new LineEnds(bytes),
  ) {}

  findRowAt(offset: number): Row | undefined {
    const start = this.#findStart(offset);
    return start === undefined ? undefined : this.findRowFrom(start);
  }

  findRowFrom(start: number): Row | undefined {
    const end = this.#findEnd(start);
    if (end === undefined) return undefined;
    return { start, end, isLineStart: start === 0 || this.ends.isAfterEnd(start) };
  }

  #findStart(offset: number): number | undefined {
    let multiple = Math.floor(offset / this.maxWholeBytes) * this.maxWholeBytes;
    let cut = this.ends.findCharacter(multiple);
    if (cut !== undefined && cut > offset) {
      multiple -= this.maxWholeBytes;
      cut = this.ends.findCharacter(multiple);
    }
    // A newline that the offset is within ends after it: it belongs to the row before.
    const until = offset - (offset % this.ends.unitBytes);
    const lineStart = this.ends.findLast(Math.max(0, multiple - this.maxWholeBytes), until);
    if (lineStart === missing || cut === undefined) return undefined;
    if (lineStart >= 0) return lineStart;
    return multiple <= 0 ? 0 : cut;
  }

  #findEnd(start: number): number | undefined {
    let multiple = (Math.floor(start / this.maxWholeBytes) + 1) * this.maxWholeBytes;
    if (!this.#isCut(start)) multiple += this.maxWholeBytes;
    const lineEnd = this.ends.findFirst(start, multiple);
    if (lineEnd === missing) return undefined;
    if (lineEnd >= 0) return lineEnd;
    return multiple >= this.bytes.size ? this.bytes.size : this.ends.findCharacter(multiple);
  }

  /** Whether nothing but the row itself is between it and the multiple before it. */
  #isCut(start: number): boolean {
    const within = start % this.maxWholeBytes;
    return within === 0 || (within <= 3 && !this.ends.isAfterEnd(start));
  }
}

/** Rows of a fixed number of bytes, for the view in hexadecimal. */
export class FixedRows implements RowModel {
  constructor(
    private readonly bytes: ByteStore,
    private readonly width: number,
  ) {}

  findRowAt(offset: number): Row | undefined {
    return this.findRowFrom(Math.floor(offset / this.width) * this.width);
  }

  findRowFrom(start: number): Row | undefined {
    const end = Math.min(start + this.width, this.bytes.size);
    const isHere = this.bytes.byteAt(start) !== undefined && this.bytes.byteAt(end - 1) !== undefined;
    return isHere ? { start, end, isLineStart: true } : undefined;
  }
}
