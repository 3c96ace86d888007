const newline = 0x0a;
const carriageReturn = 0x0d;
const maxLineBytes = 64 * 1024;

/** How a line is written, without its newline before and with it after. */
export type LineFormat = (line: Uint8Array) => Uint8Array;

/**
 * Makes whole lines of the chunks of a log, each written as the format says. Of a line that is rewritten with carriage
 * returns, as a progress bar is, the last state counts; while it grows, its state after each chunk is a line. A line is
 * cut at 64 KiB, so that memory stays flat.
 */
export class WholeLines {
  readonly #format: LineFormat;
  #rest: Buffer = Buffer.alloc(0);
  /** The state of the unfinished line that was written already. */
  #shown: Buffer | undefined;

  constructor(format: LineFormat) {
    this.#format = format;
  }

  /** The lines that the chunk completes, as one piece; empty if there are none. */
  add(chunk: Uint8Array): Buffer {
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, start)) {
      lines.push(...this.#line(bytes.subarray(start, at)));
      this.#shown = undefined;
      start = at + 1;
    }
    while (bytes.length - start >= maxLineBytes) {
      lines.push(...this.#line(bytes.subarray(start, start + maxLineBytes)));
      start += maxLineBytes;
    }
    this.#rest = Buffer.from(bytes.subarray(start));
    return Buffer.concat([...lines, ...this.#unfinished()]);
  }

  /** What has no newline at its end gets one. */
  end(): Buffer {
    const line = this.#rest.length === 0 ? [] : this.#line(this.#rest);
    this.#rest = Buffer.alloc(0);
    this.#shown = undefined;
    return Buffer.concat(line);
  }

  /** The state of a line that is being rewritten. What stands before it is not needed any more. */
  #unfinished(): Uint8Array[] {
    if (!this.#rest.subarray(0, -1).includes(carriageReturn)) return [];
    const state = lastState(this.#rest);
    const lines = this.#line(this.#rest);
    this.#shown = Buffer.from(state);
    this.#rest = Buffer.concat([Buffer.of(carriageReturn), state]);
    return lines;
  }

  #line(bytes: Buffer): Uint8Array[] {
    const state = lastState(bytes);
    return this.#shown?.equals(state) ? [] : [this.#format(state)];
  }
}

/** What a terminal shows in the end of a line with carriage returns, without those at its end. */
function lastState(line: Buffer): Buffer {
  let end = line.length;
  while (end > 0 && line[end - 1] === carriageReturn) end -= 1;
  const text = line.subarray(0, end);
  return text.subarray(text.lastIndexOf(carriageReturn) + 1);
}
