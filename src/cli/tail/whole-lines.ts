const newline = 0x0a;
const longestLine = 64 * 1024;

/** How a line is written, without its newline before and with it after. */
export type LineFormat = (line: Uint8Array) => Uint8Array;

/**
 * Makes whole lines of the chunks of a log, each written as the format says. A line that goes on and on is cut at 64 KiB, so
 * that memory stays flat.
 */
export class WholeLines {
  readonly #format: LineFormat;
  #rest: Buffer = Buffer.alloc(0);

  constructor(format: LineFormat) {
    this.#format = format;
  }

  /** The lines that the chunk completes, as one piece; empty if there are none. */
  add(chunk: Uint8Array): Buffer {
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, start)) {
      lines.push(this.#format(bytes.subarray(start, at)));
      start = at + 1;
    }
    while (bytes.length - start >= longestLine) {
      lines.push(this.#format(bytes.subarray(start, start + longestLine)));
      start += longestLine;
    }
    this.#rest = Buffer.from(bytes.subarray(start));
    return Buffer.concat(lines);
  }

  /** What has no newline at its end gets one. */
  end(): Buffer {
    if (this.#rest.length === 0) return this.#rest;
    const last = Buffer.from(this.#format(this.#rest));
    this.#rest = Buffer.alloc(0);
    return last;
  }
}
