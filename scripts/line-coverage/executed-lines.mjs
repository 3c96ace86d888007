import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findExecuted, readPieces } from "./mapped-script.mjs";

/** @typedef {import("./mapped-script.mjs").Piece} Piece */
/** @typedef {import("./mapped-script.mjs").Range} Range */
/** @typedef {{ result: { url: string; functions: { ranges: Range[] }[] }[] }} Report */

/** @type {(text: string) => Report} */
const parseReport = JSON.parse;

/** The lines that processes and pages have executed, of what V8 reports about the built scripts. */
export class ExecutedLines {
  /** By source file.
   * @type {Map<string, Set<number>>} */
  #lines = new Map();
  /** @type {Map<string, readonly Piece[] | undefined>} */
  #pieces = new Map();
  #folder;
  #isUnderBuild;

  /**
   * @param {string} folder - Where the reports appear.
   * @param {string} build - The folder of the built scripts.
   */
  constructor(folder, build) {
    this.#folder = folder;
    this.#isUnderBuild = (/** @type {string} */ path) => path.startsWith(`${build}/`);
  }

  /** @param {string} source */
  of(source) {
    return this.#lines.get(source);
  }

  /** Reads the reports that are there, and removes them: those of a whole run would fill a disk. */
  async collect() {
    let collected = 0;
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      /** @type {Report} */
      let report;
      try {
        report = parseReport(await readFile(path, "utf8"));
      } catch (error) {
        // It is still being written, or its process was killed meanwhile.
        if (error instanceof SyntaxError) continue;
        throw error;
      }
      for (const { url, functions } of report.result) {
        if (!url.startsWith("file:")) continue;
        const script = fileURLToPath(url);
        if (this.#isUnderBuild(script))
          this.#add(
            script,
            functions.flatMap(({ ranges }) => ranges),
          );
      }
      await rm(path);
      collected += 1;
    }
    return collected;
  }

  /** @param {string} script @param {Range[]} ranges */
  #add(script, ranges) {
    if (!this.#pieces.has(script)) this.#pieces.set(script, readPieces(script));
    for (const { source, line } of findExecuted(this.#pieces.get(script) ?? [], ranges)) {
      const lines = this.#lines.get(source);
      if (lines === undefined) this.#lines.set(source, new Set([line]));
      else lines.add(line);
    }
  }
}
