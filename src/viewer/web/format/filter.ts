/** The texts of a row that a filter is compared with. */
export interface Filtered {
  /** The text that words are searched in. */
  readonly text: string;
  /** The values that `name:value` is compared with, by name. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
}

/** Whether a row matches a filter. */
export type RowFilter = (row: Filtered) => boolean;

/**
 * Parses a filter: words in any order, case-insensitive; `name:value` matches a field that begins with the value, or for a number
 * equals it; a `-` in front excludes.
 *
 * @param fieldNames The names of fields; `name:value` with another name is a word.
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

/** Parses a filter without fields; see {@link makeRowFilter}. */
export function makeFilter(filter: string): (text: string) => boolean {
  const matches = makeRowFilter(filter);
  return (text) => matches({ text });
}

const natural = new Intl.Collator("en", { numeric: true });

/** Compares names in natural order: `frame-2` before `frame-10`. */
export function compareNames(one: string, other: string): number {
  return natural.compare(one, other) || (one < other ? -1 : one > other ? 1 : 0);
}
