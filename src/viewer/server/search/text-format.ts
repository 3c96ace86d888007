import { getUnitBytes, type TextEncoding } from "../../protocol/index.js";

const newline = 0x0a;

/**
 * Finds lines and characters in the bytes of an encoding. Chunks begin at a whole code unit of the text: see
 * {@link alignToUnits}.
 */
export class TextFormat {
  readonly unitBytes: 1 | 2;

  constructor(private readonly encoding: TextEncoding = "utf-8") {
    this.unitBytes = getUnitBytes(encoding);
  }

  decode(bytes: Uint8Array): string {
    return new TextDecoder(this.encoding, { ignoreBOM: true }).decode(bytes);
  }

  /** Returns the position after the first newline that begins at or after `from`; -1 if there is none. */
  findLineEnd(bytes: Uint8Array, from = 0): number {
    for (let at = bytes.indexOf(newline, from); at !== -1; at = bytes.indexOf(newline, at + 1))
      if (this.#isNewline(bytes, at)) return this.#alignDown(at) + this.unitBytes;
    return -1;
  }

  /** Returns the position after the last newline; 0 if there is none. */
  findLastLineEnd(bytes: Uint8Array): number {
    for (
      let at = bytes.lastIndexOf(newline);
      at !== -1;
      at = at === 0 ? -1 : bytes.lastIndexOf(newline, at - 1)
    )
      if (this.#isNewline(bytes, at)) return this.#alignDown(at) + this.unitBytes;
    return 0;
  }

  /** Moves a position back to the start of the character that contains it. */
  alignToCharacter(bytes: Uint8Array, position: number): number {
    if (this.encoding === "utf-8") {
      for (let back = 0; back < 4; back += 1) {
        const byte = bytes[position - back];
        if (byte === undefined || (byte & 0xc0) !== 0x80) return position - back;
      }
      return position;
    }
    if (this.unitBytes === 1) return position;
    const start = this.#alignDown(position);
    const high = bytes[this.encoding === "utf-16le" ? start + 1 : start] ?? 0;
    return high >= 0xdc && high <= 0xdf ? start - 2 : start;
  }

  #alignDown(position: number): number {
    return position - (position % this.unitBytes);
  }

  /** Whether the byte 0x0a at this position is a newline, not half of another character. */
  #isNewline(bytes: Uint8Array, at: number): boolean {
    if (this.unitBytes === 1) return true;
    return this.encoding === "utf-16le"
      ? at % 2 === 0 && bytes[at + 1] === 0
      : at % 2 === 1 && bytes[at - 1] === 0;
  }
}

/** Splits a stream into chunks of whole code units. */
export async function* alignToUnits(
  chunks: AsyncIterable<Uint8Array>,
  unitBytes: 1 | 2,
): AsyncGenerator<Uint8Array, undefined> {
  if (unitBytes === 1) {
    yield* chunks;
    return undefined;
  }
  let held = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([held, chunk]);
    const end = bytes.length - (bytes.length % unitBytes);
    // A copy, so that the chunk can be collected.
    held = Buffer.from(bytes.subarray(end));
    if (end > 0) yield bytes.subarray(0, end);
  }
  if (held.length > 0) yield held;
  return undefined;
}
