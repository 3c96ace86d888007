/** Tables in Markdown. */
import { medianOf } from "./alternate.mjs";

/** @param {readonly string[]} head @param {readonly (readonly (string | number)[])[]} rows */
export function table(head, rows) {
  const line = (/** @type {readonly (string | number)[]} */ cells) => `| ${cells.join(" | ")} |`;
  const alignment = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [line(head), line(alignment), ...rows.map(line)].join("\n");
}

/** A number that is short and says enough. @param {number} value */
export function figure(value) {
  if (Number.isNaN(value)) return "";
  if (value === 0 || Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toPrecision(value >= 1 ? 3 : 2);
}

/**
 * Who took how long.
 *
 * @param {readonly import("./alternate.mjs").Row[]} rows ours first
 * @param {{ items: number, rate: string, ratePerItem: number }} of how many items, and what of them in a second
 */
export function comparison(rows, { items, rate, ratePerItem }) {
  const [ours] = rows;
  const base = ours ? medianOf(ours, "seconds") : Number.NaN;
  const cells = rows.map((row) => {
    if (row.runs.length === 0) return [row.who, "failed", "", "", "", "", "", ""];
    const seconds = row.runs.map((run) => run.seconds);
    const middle = medianOf(row, "seconds");
    return [
      row.failure === undefined ? row.who : `${row.who} (failed after that)`,
      row.runs.length,
      middle.toFixed(2),
      `${Math.min(...seconds).toFixed(2)} to ${Math.max(...seconds).toFixed(2)}`,
      figure(middle / base),
      figure((items * ratePerItem) / middle),
      figure((medianOf(row, "cpuSeconds") * 1_000) / items),
      Math.max(...row.runs.map((run) => run.peakMiB)).toFixed(0),
    ];
  });
  const failures = rows.flatMap(({ who, failure }) =>
    failure === undefined ? [] : [`\n\nFailed: ${who}: ${failure.replaceAll(/\s+/g, " ")}`],
  );
  const all = table(
    ["who", "runs", "median, s", "min to max, s", "times ours", rate, "processor ms an item", "peak MiB"],
    cells,
  );
  return all + failures.join("");
}
