/** The answer is incomplete or invalid, or uses XML features that the service does not use. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/**
 * Thrown if the bytes end within an element, which may be complete when more bytes arrive. One shared instance, because
 * it is thrown for each piece.
 */
export const endOfBytes = new UnreadableError("The answer is incomplete.");

// Separate constants, because an array lookup for each byte would be slow.
const space = 0x20;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const exclamation = 0x21;
const ampersand = 0x26;
const slash = 0x2f;
const less = 0x3c;
const greater = 0x3e;
const question = 0x3f;

/**
 * Reads the tags of an answer in order. It is not a complete XML parser: the answers consist of elements with text,
 * without comments, sections and namespaces. Throws an {@link UnreadableError} for anything else. Its results do not
 * keep the bytes in memory.
 */
export class XmlElements {
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  #at = 0;
  /** The positions of the last tag: its name, and the end of its brackets. */
  #nameStart = 0;
  #nameEnd = 0;
  #tagEnd = 0;
  #isEnd = false;
  /** The positions of the last text, and the entities in it. */
  #textStart = 0;
  #textEnd = 0;
  #hasEntities = false;
  #isAscii = true;

  /** Sets the bytes to read, from one offset up to another. */
  look(bytes: Buffer, at: number, end: number): void {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  /** The position after the last tag or text. */
  get at(): number {
    return this.#at;
  }

  /** Whether the tag is an end tag. */
  isEnd(): boolean {
    return this.#isEnd;
  }

  /** Whether the tag is an empty element. */
  isEmpty(): boolean {
    return this.#bytes[this.#tagEnd - 1] === slash;
  }

  /** Whether the tag is the XML declaration. */
  get isDeclaration(): boolean {
    return this.#bytes[this.#nameStart] === question;
  }

  /** The tag without its brackets. */
  get tag(): string {
    return this.#bytes.toString("latin1", this.#nameStart, this.#tagEnd);
  }

  /** The name in the tag. */
  get name(): string {
    return this.#bytes.toString("utf8", this.#nameStart, this.#nameEnd);
  }

  get nameBytes(): number {
    return this.#nameEnd - this.#nameStart;
  }

  /** Whether the tag contains more than a name. */
  get hasMore(): boolean {
    return this.#nameEnd !== this.#tagEnd;
  }

  /** Whether the tag has this name. */
  is(name: Uint8Array): boolean {
    return this.nameBytes === name.length && this.#isAt(name, 0, name.length, this.#nameStart);
  }

  /** Moves to the next tag. */
  nextTag(): void {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    while (at < end && bytes[at] !== less) at += 1;
    at += 1;
    this.#isEnd = bytes[at] === slash;
    if (this.#isEnd) at += 1;
    this.#nameStart = at;
    while (at < end && !endsName(bytes[at] ?? 0)) at += 1;
    this.#nameEnd = at;
    while (at < end && bytes[at] !== greater) at += 1;
    if (at >= end) throw endOfBytes;
    if (bytes[this.#nameStart] === exclamation) throw new UnreadableError();
    this.#tagEnd = at;
    this.#at = at + 1;
  }

  /** Moves past the element whose start tag was read last, and sets {@link text}. It must contain only text. */
  readText(): void {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    this.#textStart = at;
    let seen = 0;
    let hasEntities = false;
    if (!this.isEmpty()) {
      for (; at < end; at += 1) {
        const code = bytes[at] ?? 0;
        if (code === less) break;
        seen |= code;
        if (code === ampersand) hasEntities = true;
        // An XML parser would convert it to a line feed.
        else if (code === carriageReturn) throw new UnreadableError();
      }
    }
    this.#textEnd = at;
    this.#hasEntities = hasEntities;
    this.#isAscii = seen < 0x80;
    this.#at = this.isEmpty() ? at : this.#endOfElement(at);
  }

  #endOfElement(at: number): number {
    const nameStart = at + 2;
    const nameEnd = nameStart + this.nameBytes;
    if (nameEnd >= this.#end) throw endOfBytes;
    const isOwn =
      this.#bytes[at + 1] === slash &&
      this.#bytes[nameEnd] === greater &&
      this.#isAt(this.#bytes, this.#nameStart, this.#nameEnd, nameStart);
    if (!isOwn) throw new UnreadableError();
    return nameEnd + 1;
  }

  /** Whether other bytes, from `start` to `end`, are also here. */
  #isAt(other: Uint8Array, start: number, end: number, here: number): boolean {
    const bytes = this.#bytes;
    for (let index = start; index < end; index += 1)
      if (bytes[here + index - start] !== other[index]) return false;
    return true;
  }

  /** The text that was read last. */
  get text(): string {
    const raw = this.#isAscii
      ? this.#bytes.toString("latin1", this.#textStart, this.#textEnd)
      : this.#bytes.toString("utf8", this.#textStart, this.#textEnd);
    return this.#hasEntities
      ? raw.replace(/&([^;&]*);?/g, (_entity, name: string) => decodeEntity(name))
      : raw;
  }

  /** Passes the bytes of the last text to a function. */
  readBytes<T>(read: (bytes: Buffer, start: number, end: number) => T): T {
    if (this.#hasEntities) throw new UnreadableError();
    return read(this.#bytes, this.#textStart, this.#textEnd);
  }

  /** Skips the element whose start tag was read last. */
  skip(): void {
    for (let depth = this.isEmpty() ? 0 : 1; depth > 0;) {
      this.nextTag();
      if (this.#isEnd) depth -= 1;
      else if (!this.isEmpty()) depth += 1;
    }
  }

  /** Throws unless only white space follows. */
  requireNoMore(): void {
    for (let at = this.#at; at < this.#end; at += 1) {
      const code = this.#bytes[at] ?? 0;
      if (code !== space && code !== lineFeed && code !== carriageReturn) throw new UnreadableError();
    }
  }
}

function endsName(code: number): boolean {
  return code <= space || code === greater || code === slash;
}

const entities = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

function decodeEntity(entity: string): string {
  const named = entities.get(entity);
  if (named !== undefined) return named;
  const [, hex, decimal] = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(entity) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (!(code > 0 && code <= 0x10ffff)) throw new UnreadableError();
  return String.fromCodePoint(code);
}
