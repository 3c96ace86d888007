/** A token of a `$filter` expression. */
export type Token =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "sign"; readonly text: "(" | ")" | "," }
  | { readonly kind: "value"; readonly value: FilterValue };

/** The value of a literal; a time is in milliseconds since 1970. */
export type FilterValue = string | number | boolean | null | { readonly time: number };

/** Thrown for an invalid expression. The message is part of the response. */
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

/** @throws FilterError at the first character that does not begin a token. */
export function* tokenize(expression: string): Generator<Token> {
  const form = new RegExp(forms);
  while (form.lastIndex < expression.length) {
    const at = form.lastIndex;
    const found = form.exec(expression);
    if (!found) throw new FilterError(`there is no valid expression at character ${at + 1}`);
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
  // A time without a zone is in UTC, not in the time zone of this machine.
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  if (Number.isNaN(time)) throw new FilterError(`"${text}" is not a date and time`);
  return { time };
}
