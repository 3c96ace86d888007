import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

import { checks } from "./checks.mjs";

const page = "docs/guides/bundlers-and-runtimes.md";
const start = "<!-- matrix: written by npm run matrix -->";
const end = "<!-- end of matrix -->";

const marks = { works: "yes", documented: "no", fails: "**fails**" };

/**
 * Writes the table of the cells into the guide.
 * @param {readonly import("./run-matrix.mjs").Cell[]} cells
 * @param {readonly import("./runtimes.mjs").Runtime[]} runtimes
 */
export async function writeTable(cells, runtimes) {
  const heading = ["", ...runtimes.map(({ kind, version }) => `${nameOf(kind)} ${version}`)];
  /** @type {string[]} */
  const notes = [];
  const rows = checks.map((check) => {
    const marksOfRow = runtimes.map(({ name }) => {
      const cell = cells.find((each) => each.check === check.name && each.runtime === name);
      if (cell === undefined) return "";
      if (cell.status !== "documented" || check.documented === undefined) return marks[cell.status];
      const note = check.documented.note;
      if (!notes.includes(note)) notes.push(note);
      return `${marks.documented} (${notes.indexOf(note) + 1})`;
    });
    return [check.name, ...marksOfRow];
  });
  const lines = [heading, heading.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  const text = [start, "", ...lines, "", ...notes.map((note, index) => `${index + 1}. ${note}`), "", end];
  const document = await readFile(page, "utf8");
  const [before = "", rest = ""] = document.split(start);
  const [, after = ""] = rest.split(end);
  await writeFile(page, `${before}${text.join("\n")}${after}`);
  await promisify(execFile)("npx", ["prettier", "--write", page]);
}

/** @param {import("./runtimes.mjs").Runtime["kind"]} kind */
function nameOf(kind) {
  return { node: "Node.js", bun: "Bun", deno: "Deno" }[kind];
}
