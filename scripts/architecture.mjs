/**
 * Draws the floors of src/ and their imports, as they are, into ARCHITECTURE.md.
 *
 * `node scripts/architecture.mjs` writes the graph; with `--check` it fails where the file shows another one.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const page = "ARCHITECTURE.md";
const begin = "<!-- graph: written by npm run architecture -->\n";
const end = "<!-- end of graph -->";

/** The floor of a file: its folder below src/, or the file's own name on the ground floor. */
function floorOf(path) {
  const [, first = "", second] = path.split("/");
  return second === undefined ? first.replace(/\.ts$/, "") : first;
}

function edges() {
  const report = execFileSync(
    "npx",
    [
      "depcruise",
      "src",
      "--config",
      ".dependency-cruiser.mjs",
      "--include-only",
      "^src",
      "--output-type",
      "json",
    ],
    { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  const found = new Set();
  for (const { source, dependencies } of JSON.parse(report).modules) {
    for (const { resolved } of dependencies) {
      if (
        floorOf(source) !== floorOf(resolved) &&
        !["index", "version"].some((file) => [source, resolved].includes(`src/${file}.ts`))
      )
        found.add(`  ${floorOf(source)} --> ${floorOf(resolved)}`);
    }
  }
  return [...found].sort();
}

const graph = ["```mermaid", "graph TD", ...edges(), "```", ""].join("\n");
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
