/** A time at the start of a line. */
const stamp = /^\W?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?/;

/** A line with a time, and the following lines without one. */
interface Entry {
  readonly time: number;
  readonly lines: string[];
}

/**
 * Merges the lines of two logs by their ISO 8601 times. Each log keeps its own order, and each line begins with the label of its
 * log. Returns `undefined` if the lines have no times.
 */
export function mergeByTime(
  first: string,
  second: string,
  labels: readonly [string, string],
): string | undefined {
  const one = parseEntries(first);
  const other = parseEntries(second);
  if (one === undefined || other === undefined) return undefined;
  const merged: string[] = [];
  const take = (entry: Entry, label: string) => {
    for (const line of entry.lines) merged.push(`${label} │ ${line}\n`);
  };
  let at = 0;
  for (const entry of one) {
    for (let next = other[at]; next !== undefined && next.time < entry.time; next = other[++at]) {
      take(next, labels[1]);
    }
    take(entry, labels[0]);
  }
  for (const entry of other.slice(at)) take(entry, labels[1]);
  return merged.join("");
}

function parseEntries(log: string): Entry[] | undefined {
  const entries: Entry[] = [];
  for (const line of log.replace(/\n$/, "").split("\n")) {
    const time = parseTime(line);
    const last = entries.at(-1);
    if (time !== undefined) entries.push({ time: Math.max(time, last?.time ?? 0), lines: [line] });
    else if (last !== undefined) last.lines.push(line);
    else if (log !== "") return undefined;
  }
  return entries;
}

function parseTime(line: string): number | undefined {
  const [matched, date = "", time = "", fraction = "0", zone = "Z"] = stamp.exec(line) ?? [];
  if (matched === undefined) return undefined;
  const parsed = Date.parse(`${date}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
  return Number.isNaN(parsed) ? undefined : parsed + Number(`0.${fraction}`) * 1000;
}
