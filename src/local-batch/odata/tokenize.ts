/** A piece of a `$filter` expression. */
export type Token =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "sign"; readonly text: "(" | ")" | "," }
  | { readonly kind: "value"; readonly value: FilterValue };

/** A literal; a time is its milliseconds since 1970, marked as such. */
export type FilterValue = string | number | boolean | null | { readonly time: number };

/** An expression that cannot be understood, in words for the client. */
export class FilterError extends Error {
  override readonly name = "FilterError";
}

interface TokenGroups {
  readonly sign?: string;
  readonly typed?: string;
  readonly text?: string;
  readonly number?: string;
  readonly word?: string;
}

const forms =
  /\s+|(?<sign>[(),])|(?<typed>datetime(?:offset)?)?'(?<text>(?:[^']|'')*)'|(?<number>-?\d+(?:\.\d+)?)[lmfd]?(?![\w/])|(?<word>[a-z_][\w/.]*)/iy;

/** @throws FilterError at the first character that begins nothing. */
export function* tokenize(expression: string): Generator<Token> {
  const form = new RegExp(forms);
  while (form.lastIndex < expression.length) {
    const at = form.lastIndex;
    const found = form.exec(expression);
    if (!found) throw new FilterError(`nothing that can be understood begins at character ${at + 1}`);
    const token = createToken(found.groups ?? {});
    if (token) yield token;
  }
}

function createToken(groups: TokenGroups): Token | undefined {
  const { sign, typed, text, number, word } = groups;
  if (sign === "(" || sign === ")" || sign === ",") return { kind: "sign", text: sign };
  if (text !== undefined)
    return { kind: "value", value: typed === undefined ? text.replaceAll("''", "'") : parseTime(text) };
  if (number !== undefined) return { kind: "value", value: Number(number) };
  switch (word?.toLowerCase()) {
    case undefined:
      return undefined;
    case "true":
      return { kind: "value", value: true };
    case "false":
      return { kind: "value", value: false };
    case "null":
      return { kind: "value", value: null };
    default:
      return { kind: "word", text: word ?? "" };
  }
}

function parseTime(text: string): { time: number } {
  // A time without a zone is in UTC here, not on the clock of this machine.
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  if (Number.isNaN(time)) throw new FilterError(`"${text}" is no date and time`);
  return { time };
}
