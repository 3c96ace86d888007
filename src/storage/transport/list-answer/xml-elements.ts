/** What is no whole and sound answer of the service, or has more of XML in it than the service's answers have. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/** Thrown where the bytes end within an element: with more of them it may be readable. One for all: every piece has it. */
export const endOfBytes = new UnreadableError("The answer goes on.");

// Constants of their own each: taken out of an array, they would be looked up for every byte.
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
 * Goes through the tags of an answer of the service, in the order in which they stand. Not an XML parser, and none is
 * needed: the answers have elements with text, no comments, no sections, no namespaces. Throws an
 * {@link UnreadableError} for everything else. What is given out does not hold on to the bytes.
 */
export class XmlElements {
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  #at = 0;
  /** The tag that was read last: its name, and where its brackets end. */
  #nameStart = 0;
  #nameEnd = 0;
  #tagEnd = 0;
  #isEnd = false;
  /** The text that was read last, and what has to be decoded in it. */
  #textStart = 0;
  #textEnd = 0;
  #hasEntities = false;
  #isAscii = true;

  /** The bytes from an offset up to another are what is looked at from now on. */
  look(bytes: Buffer, at: number, end: number): void {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  /** Where what comes after the last tag, or text, begins. */
  get at(): number {
    return this.#at;
  }

  /** Whether the tag ends an element. */
  isEnd(): boolean {
    return this.#isEnd;
  }

  /** Whether the tag is an element with nothing in it. */
  isEmpty(): boolean {
    return this.#bytes[this.#tagEnd - 1] === slash;
  }

  /** Whether the tag is that of the document's declaration. */
  get isDeclaration(): boolean {
    return this.#bytes[this.#nameStart] === question;
  }

  /** The tag as it stands, without its brackets. */
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

  /** Whether there is more than a name in the tag. */
  get hasMore(): boolean {
    return this.#nameEnd !== this.#tagEnd;
  }

  /** Whether this is the name in the tag. */
  is(name: Uint8Array): boolean {
    return this.nameBytes === name.length && this.#isAt(name, 0, name.length, this.#nameStart);
  }

  /** Goes on to the next tag, whatever is before it. */
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

  /** Goes past the element whose start tag was read last, which has nothing but text: what {@link text} then gives. */
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
        // A parser would make a line feed of it.
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

  /** Whether what is from `start` to `end` of the other bytes stands here too. */
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
      ? raw.replace(/&([^;&]*);?/g, (_entity, name: string) => characterOf(name))
      : raw;
  }

  /** Has the bytes read of the text that was read last. */
  readBytes<T>(read: (bytes: Buffer, start: number, end: number) => T): T {
    if (this.#hasEntities) throw new UnreadableError();
    return read(this.#bytes, this.#textStart, this.#textEnd);
  }

  /** Passes over the element whose start tag was read last. */
  skip(): void {
    for (let depth = this.isEmpty() ? 0 : 1; depth > 0;) {
      this.nextTag();
      if (this.#isEnd) depth -= 1;
      else if (!this.isEmpty()) depth += 1;
    }
  }

  /** Throws unless there is nothing but blanks from here on. */
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

function characterOf(entity: string): string {
  const named = entities.get(entity);
  if (named !== undefined) return named;
  const [, hex, decimal] = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(entity) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (!(code > 0 && code <= 0x10ffff)) throw new UnreadableError();
  return String.fromCodePoint(code);
}
