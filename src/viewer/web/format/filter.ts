/** What of a row a filter looks at. */
export interface Filtered {
  /** What words are looked for in. */
  readonly text: string;
  /** What `name:value` is compared with, by the name. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
}

/** Whether a row has all that a filter asks for. */
export type RowFilter = (row: Filtered) => boolean;

/**
 * Reads a filter: words in any order, whatever their case; `name:value` for a field, whose text begins with the value, or is
 * it where the value is a number; `-` before either excludes.
 *
 * @param fieldNames those that rows have; `name:value` with another name is a word.
 */
export function makeRowFilter(filter: string, fieldNames: readonly string[] = []): RowFilter {
  const tests = filter
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => {
      const isUnwanted = word.length > 1 && word.startsWith("-");
      const test = makeTermFilter(isUnwanted ? word.slice(1) : word, fieldNames);
      return (row: Filtered) => test(row) !== isUnwanted;
    });
  return (row) => tests.every((test) => test(row));
}

function makeTermFilter(term: string, fieldNames: readonly string[]): RowFilter {
  const colon = term.indexOf(":");
  const name = term.slice(0, Math.max(0, colon));
  const value = term.slice(colon + 1);
  if (value === "" || !fieldNames.includes(name)) return ({ text }) => text.toLowerCase().includes(term);
  const isNumber = /^-?\d+$/.test(value);
  return ({ fields }) =>
    (fields?.[name] ?? []).some((field) =>
      isNumber ? field === value : field.toLowerCase().startsWith(value),
    );
}

/** Whether a text has all the words of a filter, as {@link makeRowFilter} reads them. */
export function makeFilter(filter: string): (text: string) => boolean {
  const matches = makeRowFilter(filter);
  return (text) => matches({ text });
}

const natural = new Intl.Collator("en", { numeric: true });

/** Names as people count: `frame-2` before `frame-10`. */
export function compareNames(one: string, other: string): number {
  return natural.compare(one, other) || (one < other ? -1 : one > other ? 1 : 0);
}
