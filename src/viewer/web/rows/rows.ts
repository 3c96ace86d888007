import { type ByteStore, missing } from "../bytes/byte-store.js";
import { LineEnds } from "./line-ends.js";

/** A row of a pane: a line, or a piece of a very long one. */
export interface Row {
  readonly start: number;
  /** Exclusive; includes the newline. */
  readonly end: number;
  /** False for the second and later pieces of a long line. */
  readonly isLineStart: boolean;
}

/** Divides a file into rows. The division depends only on the bytes nearby, so it is the same from any starting point. */
export interface RowModel {
  /** Returns the row that contains this byte; `undefined` if the bytes that determine it are not loaded. */
  findRowAt(offset: number): Row | undefined;
  /** Returns the row that starts at this offset, which must be the start of a row. */
  findRowFrom(start: number): Row | undefined;
}

/** The maximum length of a line that is never divided. Pieces of longer lines are at most twice as long. */
export const wholeLineBytes = 4096;

/**
 * Rows that are lines. A line of gigabytes cannot be divided by counting from its start, so it is divided at each
 * multiple of {@link wholeLineBytes} in the file, unless a line ends within that many bytes before it.
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
    // If the offset is within a newline, the newline belongs to the row before.
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

  /** Whether the row starts at a multiple, except for the rest of a character. */
  #isCut(start: number): boolean {
    const within = start % this.maxWholeBytes;
    return within === 0 || (within <= 3 && !this.ends.isAfterEnd(start));
  }
}

/** Rows of a fixed number of bytes, for the hexadecimal view. */
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
