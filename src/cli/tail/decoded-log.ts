import { LogReader } from "../../diagnosis/index.js";
import {
  type OutputFileProperties,
  type OutputFileReference,
  splitContentEncoding,
} from "../../outputs/index.js";

const newline = 0x0a;

/** A log that is stored encoded, or as a gzip file. It is decoded from its start each time, with memory that does not depend on its size. */
export class DecodedLog {
  readonly #output: OutputFileReference;
  readonly #storedBytes: number;
  readonly #abortSignal: AbortSignal;
  readonly #reader = new LogReader();

  private constructor(output: OutputFileReference, storedBytes: number, abortSignal: AbortSignal) {
    this.#output = output;
    this.#storedBytes = storedBytes;
    this.#abortSignal = abortSignal;
  }

  /** Returns `undefined` for a log that is not encoded. */
  static open(
    output: OutputFileReference,
    { contentEncoding, size }: OutputFileProperties,
    abortSignal: AbortSignal,
  ): DecodedLog | undefined {
    const isEncoded = /\.gz(ip)?$/i.test(output.filePath) || splitContentEncoding(contentEncoding).length > 0;
    return isEncoded ? new DecodedLog(output, size, abortSignal) : undefined;
  }

  /** Returns the position of the last bytes, or of the last lines. Text after the last newline counts as a line. */
  async findStart({
    bytes,
    lines,
  }: {
    readonly bytes: number | undefined;
    readonly lines: number;
  }): Promise<number> {
    /** Where the last lines begin, as a ring. */
    const starts: number[] = [];
    let lineCount = 0;
    let length = 0;
    let isLineStart = true;
    for await (const part of this.readFrom(0)) {
      for (let at = 0; at < part.length && lines > 0 && bytes === undefined;) {
        if (isLineStart) starts[lineCount++ % lines] = length + at;
        const end = part.indexOf(newline, at);
        isLineStart = end !== -1;
        at = end === -1 ? part.length : end + 1;
      }
      length += part.length;
    }
    if (bytes !== undefined) return Math.max(0, length - bytes);
    if (lines === 0) return length;
    return starts[lineCount < lines ? 0 : lineCount % lines] ?? 0;
  }

  /** Reads the last bytes. */
  async readEnd(bytes: number): Promise<Uint8Array> {
    let end: Uint8Array = Buffer.alloc(0);
    for await (const part of this.readFrom(0)) end = Buffer.concat([end, part]).subarray(-bytes);
    return end;
  }

  /** Yields the content from a position on. The bytes are overwritten when the next ones are requested. */
  async *readFrom(offset: number): AsyncGenerator<Uint8Array, void, undefined> {
    let position = 0;
    for await (const part of this.#reader.read(this.#output, this.#abortSignal, this.#storedBytes)) {
      const skipped = Math.max(0, offset - position);
      if (skipped < part.length) yield part.subarray(skipped);
      position += part.length;
    }
  }
}
