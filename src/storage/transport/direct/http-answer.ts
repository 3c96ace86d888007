import { HttpDates } from "../text/http-dates.js";
import { copyBytes } from "./copy-bytes.js";

/** No store sends longer heads or lines. They are an error or an attack. */
const maxHeadBytes = 64 * 1024;
const maxErrorBytes = 1024 * 1024;

/** A status line, one line for each header, and an empty line. Anything else is an error or an attack. */
const soundHead =
  /^HTTP\/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[\w!#$%&'*+.^`|~-]+:[\t\x20-\x7e\x80-\xff]*)*$/;

/** The expected properties of an answer. */
export interface DueAnswer {
  readonly expectedStatus: number;
  /**
   * The maximum length of the body of an answer with the expected status. Of other bodies only the start is read, for
   * the error.
   */
  readonly maxBodyBytes: number;
  /** An answer with another request id is rejected, if the store sends request ids. */
  readonly requestId?: string | undefined;
  /** Receives the body of an answer with the expected status, if its length is announced and it fits. */
  readonly target?: Uint8Array | undefined;
  /**
   * Receives the body of an answer with the expected status in pieces, which are valid until the function returns;
   * `body` is then empty.
   */
  readonly onBody?: ((bytes: Buffer) => void) | undefined;
  /**
   * Whether the answer has a body. False for HEAD, whose answers announce a length but have no body. True by default.
   */
  readonly hasBody?: boolean | undefined;
}

/** The last bytes of a body are passed to `feed`, so that bytes after its end are noticed. */
const fedBytes = 64 * 1024;

type Part = "head" | "body" | "chunk size" | "chunk" | "chunk end" | "trailers" | "end";

/**
 * Parses one HTTP/1.1 answer incrementally, keeping none of the buffers that it gets. Answers without a length, which
 * end when the connection is closed, are rejected, because nothing shows whether they are complete.
 */
export class HttpAnswer {
  status = 0;
  /** Has the length that the head announces, if it does. The first `receivedBytes` of it have arrived. */
  body: Uint8Array = empty;
  receivedBytes = 0;
  #head = "";
  #lowerHead = "";
  #part: Part = "head";
  #pending = "";
  #dueBytes = 0;
  readonly #chunks: Buffer[] = [];
  readonly #due: DueAnswer;

  constructor(due: DueAnswer) {
    this.#due = due;
  }

  get isComplete(): boolean {
    return this.#part === "end";
  }

  /** Whether the head is complete, so that status and headers are known. */
  get hasHead(): boolean {
    return this.#part !== "head";
  }

  get keepsConnection(): boolean {
    return this.#head.startsWith("HTTP/1.1") && !/\r\nconnection:[^\r]*\bclose\b/.test(this.#lowerHead);
  }

  /** The value of a header, by its name in lower case. */
  getHeader(name: string): string | undefined {
    const at = this.#lowerHead.indexOf(`\r\n${name}:`);
    if (at < 0) return undefined;
    const start = at + name.length + 3;
    return this.#head.slice(start, this.#head.indexOf("\r\n", start)).trim();
  }

  /** A header parsed as a date; `undefined` if it is not one. */
  getDate(name: string): Date | undefined {
    const text = this.getHeader(name);
    const time = text === undefined ? Number.NaN : dates.read(text, 0, text.length);
    return Number.isNaN(time) ? undefined : new Date(time);
  }

  /** The headers with this prefix, by their names without the prefix. */
  getHeadersWithPrefix(prefix: string): Record<string, string> {
    if (!this.#lowerHead.includes(`\r\n${prefix}`)) return {};
    const found = [...this.listHeaders()].filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
  }

  /** All headers, with their names in lower case. */
  *listHeaders(): Generator<[name: string, value: string]> {
    for (const line of this.#head.split("\r\n").slice(1)) {
      const colon = line.indexOf(":");
      if (colon > 0) yield [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }
  }

  /** Parses the next bytes. Throws an `UnsoundAnswerError` for invalid HTTP, and for bytes after the end. */
  feed(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#part === "end") throw createTooLongError();
      at =
        this.#part === "body" || this.#part === "chunk" ? this.#take(bytes, at) : this.#readLine(bytes, at);
    }
  }

  /** The buffer into which the next bytes of the body may be read directly, which avoids a copy. */
  get readTarget(): Uint8Array | undefined {
    if (this.#part !== "body" || this.#dueBytes <= fedBytes || this.#isHandedOn()) return undefined;
    return this.body.subarray(this.receivedBytes, this.receivedBytes + this.#dueBytes - fedBytes);
  }

  /** Called with the number of bytes that were read into `readTarget`. */
  fill(bytes: number): void {
    this.receivedBytes += bytes;
    this.#dueBytes -= bytes;
  }

  #take(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#dueBytes);
    this.receivedBytes += end - at;
    this.#dueBytes -= end - at;
    if (this.receivedBytes > this.#limit()) throw createTooLongError();
    if (this.#isHandedOn()) this.#due.onBody?.(bytes.subarray(at, end));
    else if (this.#part === "chunk") this.#chunks.push(Buffer.from(bytes.subarray(at, end)));
    else copyBytes(bytes.subarray(at, end), this.body, this.receivedBytes - (end - at));
    if (this.#dueBytes === 0) this.#part = this.#part === "chunk" ? "chunk end" : "end";
    return end;
  }

  /** Parses the parts that consist of lines: the head, or the line between two chunks. */
  #readLine(bytes: Buffer, at: number): number {
    const ending = this.#part === "head" ? "\r\n\r\n" : "\r\n";
    const before = this.#pending.length;
    this.#pending += bytes.toString("latin1", at, Math.min(bytes.length, at + maxHeadBytes));
    const found = this.#pending.indexOf(ending, Math.max(0, before - ending.length));
    if (found < 0) {
      if (this.#pending.length >= maxHeadBytes) throw createTooLongError();
      return bytes.length;
    }
    const text = this.#pending.slice(0, found);
    this.#pending = "";
    this.#goOn(text);
    return at + found + ending.length - before;
  }

  #goOn(text: string): void {
    if (this.#part === "head") this.#beginBody(text);
    else if (this.#part === "chunk size") this.#beginChunk(text);
    else if (this.#part === "chunk end") {
      if (text !== "") throw createMalformedError();
      this.#part = "chunk size";
    } else if (text === "") this.#endChunks();
  }

  #beginBody(head: string): void {
    if (!soundHead.test(head)) throw createMalformedError();
    this.status = Number(head.slice(9, 12));
    // The request did not ask to switch protocols.
    if (this.status === 101) throw createMalformedError();
    // Answers such as "100 Continue" precede the actual answer.
    if (this.status < 200) return;
    this.#head = `${head}\r\n`;
    this.#lowerHead = this.#head.toLowerCase();
    const { requestId } = this.#due;
    const id = requestId === undefined ? undefined : this.getHeader("x-ms-client-request-id");
    if (id !== undefined && id !== requestId) throw createMalformedError();
    const length = this.#getSingleHeader("content-length");
    const encoding = this.#getSingleHeader("transfer-encoding");
    if (this.status === 204 || this.status === 304 || this.#due.hasBody === false) this.#part = "end";
    else if (encoding !== undefined) {
      // If an answer has two lengths, an intermediary may treat its rest as the next answer (response splitting).
      if (encoding.toLowerCase() !== "chunked" || length !== undefined) throw createMalformedError();
      this.#part = "chunk size";
    } else this.#beginFixed(length);
  }

  #getSingleHeader(name: string): string | undefined {
    const line = `\r\n${name}:`;
    if (this.#lowerHead.indexOf(line) !== this.#lowerHead.lastIndexOf(line)) throw createMalformedError();
    return this.getHeader(name);
  }

  #beginFixed(length: string | undefined): void {
    if (length === undefined || !/^\d{1,15}$/.test(length)) throw createMalformedError();
    this.#dueBytes = Number(length);
    this.#part = this.#dueBytes === 0 ? "end" : "body";
    if (this.#dueBytes > this.#limit()) throw createTooLongError();
    if (!this.#isHandedOn()) this.body = this.#allocate(this.#dueBytes);
  }

  #allocate(bytes: number): Uint8Array {
    const { target } = this.#due;
    return this.#isExpected() && target !== undefined && bytes <= target.length
      ? target.subarray(0, bytes)
      : Buffer.allocUnsafeSlow(bytes);
  }

  #isExpected(): boolean {
    return this.status === this.#due.expectedStatus;
  }

  #isHandedOn(): boolean {
    return this.#due.onBody !== undefined && this.#isExpected();
  }

  #limit(): number {
    return this.#isExpected() ? this.#due.maxBodyBytes : maxErrorBytes;
  }

  #beginChunk(text: string): void {
    const digits = /^([0-9A-Fa-f]{1,8})\s*(?:;.*)?$/.exec(text)?.[1];
    if (digits === undefined) throw createMalformedError();
    this.#dueBytes = Number.parseInt(digits, 16);
    this.#part = this.#dueBytes === 0 ? "trailers" : "chunk";
  }

  #endChunks(): void {
    this.body = Buffer.concat(this.#chunks);
    this.#chunks.length = 0;
    this.#part = "end";
  }
}

const dates = new HttpDates();
const empty = new Uint8Array();

/** An answer that violates HTTP, so that none of it can be trusted. */
export class UnsoundAnswerError extends Error {
  override readonly name = "UnsoundAnswerError";
}

function createMalformedError(): Error {
  return new UnsoundAnswerError("The answer of the store is not valid HTTP/1.1.");
}

function createTooLongError(): Error {
  return new UnsoundAnswerError("The store sent more bytes than were requested.");
}
