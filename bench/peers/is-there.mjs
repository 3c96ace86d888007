/** Whether a program is installed here and runs: without it, tables have no rows for it. */
import { spawnSync } from "node:child_process";

/** @param {readonly string[]} command that only tells the program's version */
export function isThere(command) {
  return versionOf(command) !== undefined;
}

/** The first line that a program says of its version. @param {readonly string[]} command @returns {string | undefined} */
export function versionOf([program = "", ...parameters]) {
  const { stdout, status } = spawnSync(program, parameters, { encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n")[0] : undefined;
}
