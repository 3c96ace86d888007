/** Reads the imports of src/, types included, and measures the graphs that they make. */
import { execFileSync } from "node:child_process";

/** @typedef {{ from: string, to: string }} Import one file of src/ that imports another */

/**
 * The imports between files of src/ in the current directory. Works on any commit: no rule of this repository is read.
 * @returns {Import[]}
 */
export function readImports() {
  const flags = [
    "--no-config",
    "--ts-pre-compilation-deps",
    "--include-only",
    "^src",
    "--output-type",
    "json",
  ];
  const report = execFileSync("npx", ["depcruise", "src", "--ts-config", "tsconfig.json", ...flags], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  /** @type {unknown} */
  const parsed = JSON.parse(report);
  const { modules } = /** @type {import("dependency-cruiser").ICruiseResult} */ (parsed);
  return modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => ({ from: source, to: resolved })),
  );
}

/**
 * The imports between rooms, each once; an import within a room is none.
 * @param {Import[]} imports
 * @param {(path: string) => string | undefined} findRoom the room of a file; none: the file is left out
 * @returns {Import[]} sorted by name
 */
export function connectRooms(imports, findRoom) {
  /** @type {Map<string, Import>} */
  const arrows = new Map();
  for (const { from, to } of imports) {
    const [start, end] = [findRoom(from), findRoom(to)];
    if (start === undefined || end === undefined || start === end) continue;
    arrows.set(`${start} --> ${end}`, { from: start, to: end });
  }
  return [...arrows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, arrow]) => arrow);
}

/**
 * The levels of the rooms, and the groups of rooms that import each other. A room that imports none is on level 1, any
 * other one above the highest room that it imports; rooms of a cycle share a level.
 * @param {Iterable<string>} rooms
 * @param {Import[]} arrows
 */
export function measureRooms(rooms, arrows) {
  /** @type {Map<string, Set<string>>} */
  const reachable = new Map();
  for (const room of rooms) reachable.set(room, reach(room, arrows));
  /** @param {string} room @param {string} other */
  const isMutual = (room, other) =>
    room === other || (reachable.get(room)?.has(other) && reachable.get(other)?.has(room)) === true;
  /** @type {Map<string, number>} */
  const levels = new Map();
  /** @param {string} room @returns {number} */
  const findLevel = (room) => {
    const known = levels.get(room);
    if (known !== undefined) return known;
    const cycle = [...reachable.keys()].filter((other) => isMutual(room, other));
    const below = arrows.filter(({ from, to }) => cycle.includes(from) && !cycle.includes(to));
    const level = 1 + Math.max(0, ...below.map(({ to }) => findLevel(to)));
    for (const one of cycle) levels.set(one, level);
    return level;
  };
  for (const room of reachable.keys()) findLevel(room);
  const cycles = new Set(
    [...reachable.keys()].map((room) =>
      [...reachable.keys()]
        .filter((other) => isMutual(room, other))
        .sort()
        .join(" <-> "),
    ),
  );
  return {
    levels: Math.max(0, ...levels.values()),
    cycles: [...cycles].filter((cycle) => cycle.includes(" <-> ")),
  };
}

/**
 * Every room that is reached from one, itself only through a cycle.
 * @param {string} start
 * @param {Import[]} arrows
 */
function reach(start, arrows) {
  /** @type {Set<string>} */
  const found = new Set();
  const open = [start];
  for (let room = open.pop(); room !== undefined; room = open.pop()) {
    for (const { from, to } of arrows) {
      if (from !== room || found.has(to)) continue;
      found.add(to);
      open.push(to);
    }
  }
  return found;
}
