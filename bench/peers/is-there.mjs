/** Checks whether a program is installed and runs. The tables have no rows for a missing program. */
import { spawnSync } from "node:child_process";

/** @param {readonly string[]} command that only prints the program's version */
export function isThere(command) {
  return versionOf(command) !== undefined;
}

/** The first line of the program's version output. @param {readonly string[]} command @returns {string | undefined} */
export function versionOf([program = "", ...parameters]) {
  const { stdout, status } = spawnSync(program, parameters, { encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n")[0] : undefined;
}
