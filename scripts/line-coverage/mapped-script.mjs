import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { eachMapping, TraceMap } from "@jridgewell/trace-mapping";

/** @typedef {{ startOffset: number; endOffset: number; count: number }} Range */

/** A piece of a built script, from one mapping to the next, and the line that it was made of. */
/** @typedef {{ start: number; source: string; line: number }} Piece */

/**
 * The pieces of a built script in their order. `undefined` if there is no source map beside it, as for scripts that are not of this project.
 * @param {string} path
 * @returns {readonly Piece[] | undefined}
 */
export function readPieces(path) {
  const map = readBuilt(`${path}.map`);
  const script = readBuilt(path);
  if (map === undefined || script === undefined) return undefined;
  const lineStarts = [0];
  for (let at = script.indexOf("\n"); at >= 0; at = script.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  /** @type {Piece[]} */
  const pieces = [];
  eachMapping(new TraceMap(map), ({ generatedLine, generatedColumn, source, originalLine }) => {
    if (source === null) return;
    pieces.push({
      start: (lineStarts[generatedLine - 1] ?? 0) + generatedColumn,
      source: resolve(dirname(path), source),
      line: originalLine,
    });
  });
  return pieces;
}

/**
 * The pieces that were executed, by the innermost range that each begins in.
 * @param {readonly Piece[]} pieces
 * @param {readonly Range[]} ranges
 * @returns {Generator<Piece>}
 */
export function* findExecuted(pieces, ranges) {
  const ordered = ranges.toSorted(
    (one, other) => one.startOffset - other.startOffset || other.endOffset - one.endOffset,
  );
  /** @type {Range[]} */
  const around = [];
  let next = 0;
  for (const piece of pieces) {
    for (
      let range = ordered[next];
      range !== undefined && range.startOffset <= piece.start;
      range = ordered[next]
    ) {
      around.push(range);
      next += 1;
    }
    while ((around.at(-1)?.endOffset ?? Infinity) <= piece.start) around.pop();
    if ((around.at(-1)?.count ?? 0) > 0) yield piece;
  }
}

/**
 * The viewer's page is stored compressed.
 * @param {string} path
 */
function readBuilt(path) {
  if (existsSync(path)) return readFileSync(path, "utf8");
  return existsSync(`${path}.gz`) ? gunzipSync(readFileSync(`${path}.gz`)).toString() : undefined;
}
