/**
 * Writes results: tables into their sections of bench/RESULTS.md, and medians into bench/results.json, from which the table of
 * targets is made. A run at a smaller scale writes to temp/bench/ instead.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { format } from "prettier";
import { medianOf } from "./alternate.mjs";
import { isWhole } from "./options.mjs";

const bench = join(import.meta.dirname, "..");
const target = isWhole ? bench : join(bench, "../temp/bench");
mkdirSync(target, { recursive: true });

/** @typedef {Record<string, number>} Figures by name, such as "rclone seconds" */
/** @typedef {Record<string, { date: string, commit: string, figures: Figures }>} AllFigures by section */

const figuresPath = join(target, "results.json");
const tablesPath = join(target, "RESULTS.md");

/** @returns {AllFigures} */
export function allFigures() {
  if (!existsSync(figuresPath)) return {};
  /** @type {unknown} */
  const read = JSON.parse(readFileSync(figuresPath, "utf8"));
  return /** @type {AllFigures} */ (read);
}

/** Writes a picture beside the tables. @param {string} name @param {string} content */
export function writePicture(name, content) {
  writeFileSync(join(target, name), content);
}

function commit() {
  const git = (/** @type {string[]} */ ...parameters) =>
    execFileSync("git", parameters, { cwd: bench, encoding: "utf8" }).trim();
  const isChanged = git("status", "--porcelain", "--", "../src", "../package.json") !== "";
  return `${git("rev-parse", "--short", "HEAD")}${isChanged ? " and changes" : ""}`;
}

/** @param {string} name @param {string} section */
export async function writeSection(name, section) {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const source = existsSync(tablesPath) ? tablesPath : join(bench, "RESULTS.md");
  const before = readFileSync(source, "utf8");
  const own = `${begin}\n\n${section}\n\n${end}`;
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  const after =
    from >= 0 && to > from
      ? before.slice(0, from) + own + before.slice(to + end.length)
      : `${before.trimEnd()}\n\n${own}\n`;
  writeFileSync(tablesPath, await format(after, { parser: "markdown", printWidth: 110 }));
}

let loadBefore = loadavg()[0] ?? 0;

/**
 * Prints one section, and writes it to the results.
 *
 * @param {string} name
 * @param {{ title: string, text?: string, tables: string, figures: Figures }} of
 */
export async function keepSection(name, { title, text = "", tables, figures }) {
  const date = new Date().toISOString().slice(0, 16).replace("T", " ");
  const load = loadavg()[0] ?? 0;
  const about = `${date} UTC, at ${commit()}; load of the machine ${loadBefore.toFixed(1)} before, ${load.toFixed(1)} after. ${text}`;
  loadBefore = load;
  console.log(`\n### ${title}\n\n${tables}\n`);
  await writeSection(name, `### ${title}\n\n${about}\n\n${tables}`);
  const all = { ...allFigures(), [name]: { date, commit: commit(), figures } };
  writeFileSync(figuresPath, await format(JSON.stringify(all), { parser: "json", printWidth: 110 }));
}

/**
 * The medians of rows, as figures: "NAME seconds", "NAME cpuMs" of an item, "NAME peakMiB".
 *
 * @param {readonly import("./alternate.mjs").Row[]} rows
 * @param {number} items
 */
export function figuresOf(rows, items) {
  /** @type {Figures} */
  const figures = {};
  for (const row of rows.filter(({ runs }) => runs.length > 0)) {
    figures[`${row.who} seconds`] = medianOf(row, "seconds");
    figures[`${row.who} cpuMs`] = Number(((medianOf(row, "cpuSeconds") * 1_000) / items).toFixed(4));
    figures[`${row.who} peakMiB`] = Math.max(...row.runs.map(({ peakMiB }) => peakMiB));
  }
  return figures;
}
