/** Measures time, processor time and peak memory of one process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { folder, measureProgram } from "./workspace.mjs";

/** @typedef {{ seconds: number, cpuSeconds: number, peakMiB: number }} Measured */

/** The file with the standard output of the last process. */
export const outputFile = join(folder, "output.txt");

/** @param {readonly string[]} command @param {NodeJS.ProcessEnv} [env] @returns {Promise<Measured>} */
export async function measure(command, env = {}) {
  const output = openSync(outputFile, "w");
  const child = spawn(measureProgram, command, {
    stdio: ["ignore", output, "pipe", "pipe"],
    env: { ...process.env, ...env },
    cwd: folder,
  });
  closeSync(output);
  const [, , errors, report] = /** @type {import("node:stream").Readable[]} */ (
    /** @type {unknown} */ (child.stdio)
  );
  if (!errors || !report) throw new Error("The process has no pipes.");
  const [complaints, reported, status] = await Promise.all([
    text(errors),
    text(report),
    once(child, "close").then((/** @type {unknown[]} */ [exitCode]) => exitCode),
  ]);
  if (status !== 0) {
    const said = `${complaints}\n${readFileSync(outputFile, "utf8").slice(-2_000)}`.trim().slice(-1_000);
    throw new Error(`${command.slice(0, 4).join(" ")} ended with ${String(status)}: ${said}`);
  }
  /** @type {unknown} */
  const measured = JSON.parse(reported);
  return /** @type {Measured} */ (measured);
}
