const newline = 0x0a;
const carriageReturn = 0x0d;
const maxLineBytes = 64 * 1024;

/**
 * Formats a line; the argument has no newline, the result has one. The position is that of its first byte in the log; of a part
 * of a long line that of the part.
 */
export type LineFormat = (line: Uint8Array, position: number) => Uint8Array;

/**
 * Splits the chunks of a log into formatted lines. If a line is rewritten with carriage returns, like a progress bar,
 * its last state counts; while it is unfinished, its state after each chunk is written as a line. Lines are cut at 64
 * KiB to limit memory.
 */
export class WholeLines {
  readonly #format: LineFormat;
  #rest: Buffer = Buffer.alloc(0);
  /** The positions in the log of the unfinished line, and of the next chunk. */
  #lineStart = 0;
  #end = 0;
  /** The state of the unfinished line that has been written. */
  #shown: Buffer | undefined;

  constructor(format: LineFormat) {
    this.#format = format;
  }

  /** To be called before the first chunk, if that is not the start of the log. */
  startAt(position: number): void {
    this.#lineStart = position;
    this.#end = position;
  }

  /** Returns the lines that the chunk completes, joined; empty if there are none. */
  add(chunk: Uint8Array): Buffer {
    const offset = this.#end - this.#rest.length;
    this.#end += chunk.length;
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, start)) {
      lines.push(...this.#formatLine(bytes.subarray(start, at)));
      this.#shown = undefined;
      start = at + 1;
      this.#lineStart = offset + start;
    }
    while (bytes.length - start >= maxLineBytes) {
      lines.push(...this.#formatLine(bytes.subarray(start, start + maxLineBytes)));
      start += maxLineBytes;
      this.#lineStart = offset + start;
    }
    this.#rest = Buffer.from(bytes.subarray(start));
    return Buffer.concat([...lines, ...this.#formatUnfinished()]);
  }

  /** Returns the last line, with a newline. */
  end(): Buffer {
    const line = this.#rest.length === 0 ? [] : this.#formatLine(this.#rest);
    this.#rest = Buffer.alloc(0);
    this.#shown = undefined;
    return Buffer.concat(line);
  }

  /** Returns the state of a line that is being rewritten, and drops what precedes it. */
  #formatUnfinished(): Uint8Array[] {
    if (!this.#rest.subarray(0, -1).includes(carriageReturn)) return [];
    const state = getLastState(this.#rest);
    const lines = this.#formatLine(this.#rest);
    this.#shown = Buffer.from(state);
    this.#rest = Buffer.concat([Buffer.of(carriageReturn), state]);
    return lines;
  }

  #formatLine(bytes: Buffer): Uint8Array[] {
    const state = getLastState(bytes);
    return this.#shown?.equals(state) ? [] : [this.#format(state, this.#lineStart)];
  }
}

/** Returns the text that a terminal finally shows for a line with carriage returns, without trailing ones. */
function getLastState(line: Buffer): Buffer {
  let end = line.length;
  while (end > 0 && line[end - 1] === carriageReturn) end -= 1;
  const text = line.subarray(0, end);
  return text.subarray(text.lastIndexOf(carriageReturn) + 1);
}
