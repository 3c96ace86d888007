const newline = 0x0a;
const longestLine = 64 * 1024;

/**
 * Makes whole lines of the chunks of one of several logs, each with a mark of its own before it. A line that goes on and on
 * is cut at 64 KiB, so that memory stays flat.
 */
export class PrefixedLines {
  readonly #prefix: Buffer;
  #rest: Buffer = Buffer.alloc(0);

  constructor(prefix: string) {
    this.#prefix = Buffer.from(prefix);
  }

  /** The lines that the chunk completes, as one piece; empty if there are none. */
  add(chunk: Uint8Array): Buffer {
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const lines: Buffer[] = [];
    let start = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, start)) {
      lines.push(this.#prefix, bytes.subarray(start, at + 1));
      start = at + 1;
    }
    while (bytes.length - start >= longestLine) {
      lines.push(this.#prefix, bytes.subarray(start, start + longestLine), Buffer.from("\n"));
      start += longestLine;
    }
    this.#rest = Buffer.from(bytes.subarray(start));
    return Buffer.concat(lines);
  }

  /** What has no newline at its end gets one. */
  end(): Buffer {
    if (this.#rest.length === 0) return this.#rest;
    const last = Buffer.concat([this.#prefix, this.#rest, Buffer.from("\n")]);
    this.#rest = Buffer.alloc(0);
    return last;
  }
}
