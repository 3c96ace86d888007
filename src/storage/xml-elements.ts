/** What is no whole and sound answer of the service, or has more of XML in it than the service's answers have. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/**
 * Goes through the tags of an answer of the service, in the order in which they stand. Not an XML parser, and none is
 * needed: the answers have elements with text, no comments, no sections, no namespaces. Throws an
 * {@link UnreadableError} for everything else.
 *
 * The bytes are looked at as Latin-1 text, in which an index is an offset; what is given out is cut from the bytes, and
 * does not hold on to the whole answer.
 */
export class XmlElements {
  readonly #bytes: Buffer;
  readonly #text: string;
  #at = 0;
  /** The tag that was read last: what is between its brackets. */
  #tagStart = 0;
  #tagEnd = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#text = bytes.toString("latin1");
  }

  /** Whether there is nothing but blanks after the tag. */
  get isLast(): boolean {
    return !/\S/.test(this.#text.slice(this.#at));
  }

  /** The tag as it stands, without its brackets. */
  get tag(): string {
    return this.#text.slice(this.#tagStart, this.#tagEnd);
  }

  /** Goes on to the next tag, whatever is before it. */
  nextTag(): void {
    const text = this.#text;
    const start = text.indexOf("<", this.#at) + 1;
    const end = start === 0 ? -1 : text.indexOf(">", start);
    if (end < 0 || text.charCodeAt(start) === exclamation) throw new UnreadableError();
    this.#tagStart = start;
    this.#tagEnd = end;
    this.#at = end + 1;
  }

  /** Whether the tag ends an element. */
  isEnd(): boolean {
    return this.#text.charCodeAt(this.#tagStart) === slash;
  }

  /** Whether the tag is an element with nothing in it. */
  isEmpty(): boolean {
    return this.#text.charCodeAt(this.#tagEnd - 1) === slash;
  }

  /** Whether it is the tag of an element with this name that begins. */
  is(name: string): boolean {
    return this.#text.startsWith(name, this.#tagStart) && endsName(this.#text, this.#tagStart + name.length);
  }

  /** The name in the tag. */
  name(): string {
    const start = this.isEnd() ? this.#tagStart + 1 : this.#tagStart;
    let end = start;
    while (!endsName(this.#text, end)) end += 1;
    return this.#bytes.toString("utf8", start, end);
  }

  /** The text of the element whose start tag was read last, which has nothing but text. */
  textOf(name: string): string {
    if (this.isEmpty()) return "";
    const text = this.#text;
    const start = this.#at;
    const end = text.indexOf("<", start);
    const nameEnd = end + 2 + name.length;
    if (end < 0 || !text.startsWith("/", end + 1) || !text.startsWith(name, end + 2))
      throw new UnreadableError();
    if (text.charCodeAt(nameEnd) !== greater) throw new UnreadableError();
    this.#at = nameEnd + 1;
    return this.#decoded(start, end);
  }

  #decoded(start: number, end: number): string {
    let isAscii = true;
    let hasEntities = false;
    for (let index = start; index < end; index += 1) {
      const code = this.#text.charCodeAt(index);
      if (code >= 0x80) isAscii = false;
      else if (code === ampersand) hasEntities = true;
      // A parser would make a line feed of it.
      else if (code === carriageReturn) throw new UnreadableError();
    }
    const raw = isAscii
      ? this.#bytes.toString("latin1", start, end)
      : this.#bytes.toString("utf8", start, end);
    return hasEntities ? raw.replace(/&([^;&]*);?/g, (_entity, name: string) => characterOf(name)) : raw;
  }

  /** Passes over the element whose start tag was read last. */
  skip(): void {
    for (let depth = this.isEmpty() ? 0 : 1; depth > 0;) {
      this.nextTag();
      if (this.isEnd()) depth -= 1;
      else if (!this.isEmpty()) depth += 1;
    }
  }
}

// Constants of their own each: taken out of an array, they would be looked up for every character.
const space = 0x20;
const carriageReturn = 0x0d;
const slash = 0x2f;
const exclamation = 0x21;
const ampersand = 0x26;
const greater = 0x3e;

function endsName(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === greater || code === slash || code <= space;
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
