/**
 * Draws the floors of src/ and their imports, as they are, into ARCHITECTURE.md.
 *
 * `node scripts/architecture.mjs` writes the graph; with `--check` it fails where the file shows another one.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const page = "ARCHITECTURE.md";
const begin = "<!-- graph: written by npm run architecture -->\n\n";
const end = "<!-- end of graph -->";

/**
 * The floor of a file: its folder below src/, or the file's own name on the ground floor.
 * @param {string} path
 */
function floorOf(path) {
  const [, first = "", second] = path.split("/");
  return second === undefined ? first.replace(/\.ts$/, "") : first;
}

/** What stands on no floor of its own: the package's door imports every floor, and every floor its version. */
const aside = ["index", "version"];

function edges() {
  const command = ["depcruise", "src", "--config", ".dependency-cruiser.mjs"];
  const report = execFileSync("npx", [...command, "--include-only", "^src", "--output-type", "json"], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  /** @type {unknown} */
  const parsed = JSON.parse(report);
  const { modules } = /** @type {import("dependency-cruiser").ICruiseResult} */ (parsed);
  /** @type {Set<string>} */
  const found = new Set();
  for (const { source, dependencies } of modules) {
    for (const { resolved } of dependencies) {
      const [from, to] = [floorOf(source), floorOf(resolved)];
      if (from !== to && !aside.includes(from) && !aside.includes(to)) found.add(`  ${from} --> ${to}`);
    }
  }
  return [...found].sort();
}

const graph = ["```mermaid", "graph TD", ...edges(), "```", "", ""].join("\n");
const text = readFileSync(page, "utf8");
const from = text.indexOf(begin);
const to = text.indexOf(end);
if (from < 0 || to < from) throw new Error(`${page} has no place for the graph: ${begin.trim()} … ${end}`);
const drawn = text.slice(0, from + begin.length) + graph + text.slice(to);
if (process.argv.includes("--check")) {
  if (drawn !== text) throw new Error(`The graph in ${page} is not the one of src/: npm run architecture`);
} else {
  writeFileSync(page, drawn);
}
