const plural = new Intl.PluralRules("en");
const number = new Intl.NumberFormat("en");

/** Formats a number of things: "1 file", "1,200 files". */
export function formatCounted(count: number, one: string, many: string): string {
  return `${number.format(count)} ${plural.select(count) === "one" ? one : many}`;
}
