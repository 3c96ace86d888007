/** Longer heads and lines than any store sends are a mistake, or an attack. */
const mostHeadBytes = 64 * 1024;
const mostErrorBytes = 1024 * 1024;

type Part = "head" | "body" | "chunk size" | "chunk" | "chunk end" | "trailers" | "end";

/**
 * Takes one HTTP/1.1 answer apart as its bytes come; keeps none of the buffers that it is given. Answers without a length
 * that end with their connection are refused: whether they are whole cannot be told.
 */
export class HttpAnswer {
  status = 0;
  /** As long as the head says, if it says so; `receivedBytes` of it have come. */
  body: Uint8Array = empty;
  receivedBytes = 0;
  #head = "";
  #lowerHead = "";
  #part: Part = "head";
  #pending = "";
  #dueBytes = 0;
  readonly #chunks: Buffer[] = [];
  readonly #expectedStatus: number;
  readonly #mostBodyBytes: number;
  readonly #target: Uint8Array | undefined;

  /**
   * Refuses bodies longer than `mostBodyBytes` with the expected status; of others, what explains them is read. An expected
   * body whose length is told and that fits goes into `target`, if there is one.
   */
  constructor(expectedStatus: number, mostBodyBytes: number, target?: Uint8Array) {
    this.#expectedStatus = expectedStatus;
    this.#mostBodyBytes = mostBodyBytes;
    this.#target = target;
  }

  get isComplete(): boolean {
    return this.#part === "end";
  }

  /** Whether the head has come, so that status and headers are known. */
  get hasHead(): boolean {
    return this.#part !== "head";
  }

  get keepsConnection(): boolean {
    return this.#head.startsWith("HTTP/1.1") && !/^close$/i.test(this.header("connection") ?? "");
  }

  /** The value of a header, by its name in lower case. */
  header(name: string): string | undefined {
    const at = this.#lowerHead.indexOf(`\r\n${name}:`);
    if (at < 0) return undefined;
    const start = at + name.length + 3;
    return this.#head.slice(start, this.#head.indexOf("\r\n", start)).trim();
  }

  /** The time that a header tells. */
  date(name: string): Date | undefined {
    const text = this.header(name);
    if (text === undefined) return undefined;
    // Many answers come within one second.
    if (text !== lastDate.text) lastDate = { text, ms: Date.parse(text) };
    return new Date(lastDate.ms);
  }

  /** The headers whose names begin so, without this beginning. */
  headersBeginningWith(prefix: string): Record<string, string> {
    if (!this.#lowerHead.includes(`\r\n${prefix}`)) return {};
    const found = [...this.headers()].filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
  }

  /** All headers, with their names in lower case. */
  *headers(): Generator<[name: string, value: string]> {
    for (const line of this.#head.split("\r\n").slice(1)) {
      const colon = line.indexOf(":");
      if (colon > 0) yield [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }
  }

  /** Takes the next bytes. Throws for what is no HTTP answer, and for bytes that come after the end. */
  feed(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#part === "end") throw new Error("The store sent more than it was asked for.");
      at = this.#part === "body" || this.#part === "chunk" ? this.#take(bytes, at) : this.#line(bytes, at);
    }
  }

  #take(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#dueBytes);
    if (this.#part === "chunk") this.#chunks.push(Buffer.from(bytes.subarray(at, end)));
    else bytes.copy(this.body, this.receivedBytes, at, end);
    this.receivedBytes += end - at;
    this.#dueBytes -= end - at;
    if (this.receivedBytes > this.#limit()) throw tooLong();
    if (this.#dueBytes === 0) this.#part = this.#part === "chunk" ? "chunk end" : "end";
    return end;
  }

  /** Takes what is made of lines: the head up to its empty line, or one line between chunks. */
  #line(bytes: Buffer, at: number): number {
    const ending = this.#part === "head" ? "\r\n\r\n" : "\r\n";
    const before = this.#pending.length;
    this.#pending += bytes.toString("latin1", at, Math.min(bytes.length, at + mostHeadBytes));
    const found = this.#pending.indexOf(ending, Math.max(0, before - ending.length));
    if (found < 0) {
      if (this.#pending.length >= mostHeadBytes) throw tooLong();
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
      if (text !== "") throw malformed();
      this.#part = "chunk size";
    } else if (text === "") this.#endChunks();
  }

  #beginBody(head: string): void {
    const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(head.slice(0, 13))?.[1];
    if (status === undefined) throw malformed();
    this.status = Number(status);
    // "100 Continue" and its like announce the answer.
    if (this.status < 200) return;
    this.#head = `${head}\r\n`;
    this.#lowerHead = this.#head.toLowerCase();
    const encoding = this.header("transfer-encoding");
    if (this.status === 204 || this.status === 304) this.#part = "end";
    else if (encoding !== undefined) {
      if (encoding.toLowerCase() !== "chunked") throw malformed();
      this.#part = "chunk size";
    } else this.#beginFixed(this.header("content-length"));
  }

  #beginFixed(length: string | undefined): void {
    if (length === undefined || !/^\d{1,15}$/.test(length)) throw malformed();
    this.#dueBytes = Number(length);
    this.#part = this.#dueBytes === 0 ? "end" : "body";
    if (this.#dueBytes > this.#limit()) throw tooLong();
    this.body = this.#roomFor(this.#dueBytes);
  }

  #roomFor(bytes: number): Uint8Array {
    const isExpected = this.status === this.#expectedStatus;
    return isExpected && this.#target !== undefined && bytes <= this.#target.length
      ? this.#target.subarray(0, bytes)
      : Buffer.allocUnsafeSlow(bytes);
  }

  #limit(): number {
    return this.status === this.#expectedStatus ? this.#mostBodyBytes : mostErrorBytes;
  }

  #beginChunk(text: string): void {
    const digits = /^([0-9A-Fa-f]{1,8})\s*(?:;.*)?$/.exec(text)?.[1];
    if (digits === undefined) throw malformed();
    this.#dueBytes = Number.parseInt(digits, 16);
    this.#part = this.#dueBytes === 0 ? "trailers" : "chunk";
  }

  #endChunks(): void {
    this.body = Buffer.concat(this.#chunks);
    this.#chunks.length = 0;
    this.#part = "end";
  }
}

let lastDate = { text: "", ms: Number.NaN };
const empty = new Uint8Array();

function malformed(): Error {
  return new Error("What answered does not speak HTTP/1.1 as a store does.");
}

function tooLong(): Error {
  return new Error("The store answered with more than was asked for.");
}
