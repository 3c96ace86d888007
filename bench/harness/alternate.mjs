/** Runs the contenders in turn for several rounds, so that other load on the machine affects all of them. */
import { measure } from "./measure.mjs";
import { options } from "./options.mjs";
import { median } from "./statistics.mjs";

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {(url: string, folder: string) => readonly string[]} command
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [maxRuns] limits the runs of slow programs
 */
/** @typedef {{ who: string, runs: import("./measure.mjs").Measured[], failure?: string | undefined }} Row */
/**
 * @typedef {object} Course
 * @property {(contender: Contender, round: number) => Promise<readonly string[]>} before Prepares the run, and returns the command.
 * @property {(contender: Contender, round: number) => Promise<void>} after Checks the result; throws if it is wrong.
 * @property {boolean} hasTrial Whether round 0 is not counted.
 * @property {number} [runs] number of counted runs; by default the `--runs` option
 */

/**
 * A program that fails is reported in its row, and is not run again.
 *
 * @param {readonly Contender[]} contenders
 * @param {Course} course
 * @returns {Promise<Row[]>}
 */
export async function alternate(contenders, { before, after, hasTrial, runs = options.runs }) {
  /** @type {(Row & { contender: Contender, due: number })[]} */
  const rows = contenders.map((contender) => ({
    who: contender.name,
    runs: [],
    contender,
    due: Math.min(runs, contender.maxRuns ?? Infinity),
  }));
  for (let round = hasTrial ? 0 : 1; round <= runs; round += 1) {
    for (const row of rows) {
      if (row.failure !== undefined || round > row.due) continue;
      try {
        const measured = await measure(await before(row.contender, round), row.contender.env);
        await after(row.contender, round);
        if (round > 0) row.runs.push(measured);
        const affordable = Math.floor(options.budgetSeconds / measured.seconds);
        if (round === (hasTrial ? 0 : 1)) row.due = Math.max(1, Math.min(row.due, affordable));
        process.stderr.write(`  ${row.who}, ${round} of ${row.due}: ${measured.seconds.toFixed(2)} s\n`);
      } catch (error) {
        row.failure = String(error);
        process.exitCode = 1;
        process.stderr.write(`  ${row.who}, ${round}: ${row.failure}\n`);
      }
    }
  }
  return rows.map(({ who, runs, failure }) => ({ who, runs, failure }));
}

/** @param {Row} row @param {keyof import("./measure.mjs").Measured} what */
export function medianOf({ runs }, what) {
  return median(runs.map((run) => run[what]));
}
