/**
 * Shows how src/ imports itself.
 *
 * - `node scripts/architecture.mjs` writes the graph of the floors into ARCHITECTURE.md; with `--check` it fails if the
 *   page shows another one, or names a file, a folder or an identifier that does not exist.
 * - `node scripts/architecture.mjs --rooms src/tracking src/outputs` prints a table: each folder's rooms (its sub-folders,
 *   and its loose files one by one), the imports between them, their levels and their cycles. `--arrows` prints the
 *   imports too. It reads the current directory, so it also measures another commit:
 *   `git worktree add ../before 76114cd && cd ../before && node ../here/scripts/architecture.mjs --rooms src/tracking`.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { connectRooms, measureRooms, readImports } from "./import-graph.mjs";

const page = "ARCHITECTURE.md";
const begin = "<!-- graph: written by npm run architecture -->\n\n";
const end = "<!-- end of graph -->";

/** What belongs to no floor: the package's entry point imports every floor. */
const aside = ["index", "version"];

/**
 * The floor of a file: its folder below src/.
 * @param {string} path
 */
function findFloor(path) {
  const [, first = "", second] = path.split("/");
  const floor = second === undefined ? first.replace(/\.ts$/, "") : first;
  return aside.includes(floor) ? undefined : floor;
}

function drawFloors() {
  const arrows = connectRooms(readImports(), findFloor).map(({ from, to }) => `  ${from} --> ${to}`);
  return ["```mermaid", "graph TD", ...arrows, "```", "", ""].join("\n");
}

/** @param {boolean} isCheck */
function updatePage(isCheck) {
  const text = readFileSync(page, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${page} has no place for the graph: ${begin.trim()} … ${end}`);
  const drawn = text.slice(0, from + begin.length) + drawFloors() + text.slice(to);
  if (isCheck && drawn !== text) throw new Error(`The graph in ${page} is out of date: npm run architecture`);
  if (!isCheck) writeFileSync(page, drawn);
  const missing = findMissingNames(text);
  if (missing.length > 0) throw new Error(missing.join("\n"));
}

/** All identifiers and words of the source files. */
function readSourceWords() {
  const paths = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((path) =>
    /\.tsx?$/.test(path),
  );
  return new Set(
    paths.flatMap((path) => readFileSync(`src/${path}`, "utf8").match(/[A-Za-z_$][\w$]*/g) ?? []),
  );
}

/**
 * Finds the paths and identifiers in backticks that do not exist. A path is relative to the repository, to src/, or to the
 * folder that its section names: "Paths are below `folder/`".
 * @param {string} text
 * @returns {string[]}
 */
function findMissingNames(text) {
  const words = readSourceWords();
  let base = "";
  return text.split("\n").flatMap((line, index) => {
    if (line.startsWith("## ")) base = "";
    base = /Paths are below `([^`]+)`/.exec(line)?.[1] ?? base;
    const names = [...line.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    const missing = names.filter((name) => {
      if (/^[\w.-]+(?:\/[\w.-]*)+$|^[\w-]+\.\w+$/.test(name))
        return !["", "src/", `src/${base}`].some((folder) => existsSync(folder + name));
      return /^[A-Za-z]\w*(?:\(\))?$/.test(name) && !words.has(name.replace("()", ""));
    });
    return missing.map((name) => `${page}:${index + 1}: \`${name}\` does not exist`);
  });
}

/**
 * @param {string[]} folders
 * @param {boolean} showsArrows
 */
function printRooms(folders, showsArrows) {
  const imports = readImports();
  console.log("| folder | files | rooms | largest room (files) | imports between rooms | levels | cycles |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  for (const folder of folders.map((path) => path.replace(/\/+$/, ""))) {
    const inside = `${folder}/`;
    /** @param {string} path */
    const findRoom = (path) =>
      path.startsWith(inside) ? path.slice(inside.length).replace(/\/.*$/, "/") : undefined;
    /** @type {Map<string, Set<string>>} */
    const rooms = new Map();
    for (const path of imports.flatMap(({ from, to }) => [from, to])) {
      const room = findRoom(path);
      if (room !== undefined) rooms.set(room, (rooms.get(room) ?? new Set()).add(path));
    }
    const arrows = connectRooms(imports, findRoom);
    const { levels, cycles } = measureRooms(rooms.keys(), arrows);
    const sizes = [...rooms.values()].map(({ size }) => size);
    const files = sizes.reduce((sum, size) => sum + size, 0);
    const found = [files, rooms.size, Math.max(0, ...sizes), arrows.length, levels];
    const cells = [`\`${folder}\``, ...found, cycles.join("; ") || "none"];
    console.log(`| ${cells.join(" | ")} |`);
    if (showsArrows) for (const { from, to } of arrows) console.log(`  ${from} --> ${to}`);
  }
}

const { values, positionals } = parseArgs({
  options: { check: { type: "boolean" }, rooms: { type: "boolean" }, arrows: { type: "boolean" } },
  allowPositionals: true,
});
if (values.rooms) printRooms(positionals, values.arrows ?? false);
else updatePage(values.check ?? false);
