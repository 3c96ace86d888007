/** A JSON value with the digits of the source text, and with all members in their order, including duplicates. */
export type JsonSource =
  | { readonly type: "string"; readonly value: string }
  /** Numbers, `true`, `false` and `null`, as they are written. */
  | { readonly type: "number" | "boolean" | "null"; readonly source: string }
  | { readonly type: "array"; readonly source: string; readonly items: readonly JsonSource[] }
  | {
      readonly type: "object";
      readonly source: string;
      readonly members: readonly (readonly [string, JsonSource])[];
    };

/** The beginning of a string, a punctuation mark, or a number or word. */
const tokens = /"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/**
 * Parses JSON and keeps the source text of numbers: JavaScript would round them, and reorder some members.
 *
 * @throws SyntaxError The text is not JSON, or is nested too deeply.
 */
export function parseJsonSource(text: string): JsonSource {
  const clean = text.replace(/^\uFEFF/, "");
  // Throws a SyntaxError with the position, so the reader below can assume valid JSON.
  JSON.parse(clean);
  return new Reader(clean).read();
}

/** The maximum depth: reading is recursive, and no view shows more. */
const maxDepth = 2000;

class Reader {
  readonly #pattern = new RegExp(tokens);
  #token = "";
  #at = 0;
  #depth = 0;

  constructor(private readonly text: string) {
    this.#advance();
  }

  read(): JsonSource {
    const token = this.#token;
    if (token === "{" || token === "[") return this.#readNested(token);
    this.#advance();
    if (token.startsWith('"')) return { type: "string", value: JSON.parse(token) as string };
    const type = token === "null" ? "null" : token === "true" || token === "false" ? "boolean" : "number";
    return { type, source: token };
  }

  #readNested(opening: "{" | "["): JsonSource {
    const start = this.#at;
    const closing = opening === "{" ? "}" : "]";
    const members: (readonly [string, JsonSource])[] = [];
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new SyntaxError(`It is nested more than ${maxDepth} levels deep`);
    this.#advance();
    while (this.#token !== closing) {
      let name = "";
      if (opening === "{") {
        name = JSON.parse(this.#token) as string;
        this.#advance();
        this.#advance();
      }
      members.push([name, this.read()]);
      if (this.#token === ",") this.#advance();
    }
    const source = this.text.slice(start, this.#at + 1);
    this.#depth -= 1;
    this.#advance();
    return opening === "{"
      ? { type: "object", source, members }
      : { type: "array", source, items: members.map(([, value]) => value) };
  }

  #advance(): void {
    const found = this.#pattern.exec(this.text);
    this.#at = found === null ? this.text.length : found.index;
    if (found?.[0] === '"') this.#pattern.lastIndex = findStringEnd(this.text, found.index + 1);
    this.#token = found === null ? "" : this.text.slice(this.#at, this.#pattern.lastIndex);
  }
}

/** Finds the end of a string, after its closing quotation mark. A pattern would need a stack as deep as the string is long. */
function findStringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
  return text.length;
}
