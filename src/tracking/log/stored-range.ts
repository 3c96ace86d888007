import { createHash } from "node:crypto";
import type { OperationOptions } from "../../core/index.js";
import type { LogBlobs } from "./log-target.js";
import { type LogPart, readLog } from "./log-parts.js";

// The first read is small, because different files usually differ at the start.
const headBytes = 64 * 1024;
const readBytes = 4 * 1024 * 1024;
/** More content than this is not looked for in what is stored before it. */
const maxRepeatedBytes = 4096;

/** The content of a stored log from a position to its end, to be compared with files. Each byte is downloaded once. */
export class StoredRange {
  readonly sizeBytes: number;
  readonly #read: (offset: number, count: number) => Promise<Buffer>;
  readonly #start: number;
  readonly #end: number;
  #head: Promise<Buffer> | undefined;
  #digest: Promise<string> | undefined;

  constructor(
    blobs: LogBlobs,
    parts: readonly LogPart[],
    range: { readonly start: number; readonly end: number },
    options: OperationOptions,
  ) {
    this.#start = range.start;
    this.#end = range.end;
    this.sizeBytes = range.end - range.start;
    this.#read = (offset, count) => readLog(blobs, parts, offset, count, options);
  }

  async head(): Promise<Buffer> {
    this.#head ??= this.#read(this.#start, Math.min(headBytes, this.sizeBytes));
    return await this.#head;
  }

  /** The SHA-256 of all of it, in hexadecimal. */
  async digest(): Promise<string> {
    this.#digest ??= this.#hash();
    return await this.#digest;
  }

  /**
   * Whether files of other programs may begin like its content: it is one line at most, such as the first line of a program, or there is
   * little of it, and it is also in what is stored before it. The beginning and the end of that are searched.
   */
  async isPerhapsShared(): Promise<boolean> {
    if (this.sizeBytes > maxRepeatedBytes) return false;
    const content = await this.head();
    if (isOneLine(content)) return true;
    const count = Math.min(headBytes, this.#start);
    for (const offset of new Set([0, this.#start - count]))
      if ((await this.#read(offset, count)).includes(content)) return true;
    return false;
  }

  async #hash(): Promise<string> {
    const head = await this.head();
    const hash = createHash("sha256").update(head);
    for (let offset = this.#start + head.length; offset < this.#end;) {
      const data = await this.#read(offset, Math.min(readBytes, this.#end - offset));
      // The log became shorter: another writer has replaced it, and claiming it will fail.
      if (data.length === 0) break;
      hash.update(data);
      offset += data.length;
    }
    return hash.digest("hex");
  }
}

const lineFeed = 0x0a;

/** Whether content has no second line. In UTF-16, a line feed has two bytes. */
function isOneLine(content: Buffer): boolean {
  const end = content.indexOf(lineFeed);
  return end < 0 || content.subarray(end + 1).every((byte) => byte === 0);
}
