/** Whether a text holds all the words of a filter, whatever their case and order; `-word`: it must not hold it. */
export function makeFilter(filter: string): (text: string) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const unwanted = words
    .filter((word) => word.length > 1 && word.startsWith("-"))
    .map((word) => word.slice(1));
  const wanted = words.filter((word) => !(word.length > 1 && word.startsWith("-")));
  return (text) => {
    const lower = text.toLowerCase();
    return wanted.every((word) => lower.includes(word)) && !unwanted.some((word) => lower.includes(word));
  };
}

const natural = new Intl.Collator("en", { numeric: true });

/** Names as people count: `frame-2` before `frame-10`. */
export function compareNames(one: string, other: string): number {
  return natural.compare(one, other) || (one < other ? -1 : one > other ? 1 : 0);
}
