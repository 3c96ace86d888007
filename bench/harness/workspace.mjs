/** Creates the temporary folder of a benchmark run, and builds the two C programs in it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** All files of the run are in this folder; it is removed when the process exits. */
export const folder = mkdtempSync(join(tmpdir(), "batch-outputs-bench-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"]))
  process.on(signal, () => {
    process.exit(1);
  });

const bench = join(import.meta.dirname, "..");
const sinkSources = readdirSync(join(bench, "sink"))
  .filter((name) => name.endsWith(".c"))
  .map((name) => join(bench, "sink", name));

/** @param {string} name @param {readonly string[]} sources */
function build(name, sources) {
  const path = join(folder, name);
  execFileSync("cc", ["-O2", "-Wall", "-Wextra", "-o", path, ...sources, "-lm"], { stdio: "inherit" });
  return path;
}

export const sinkProgram = build("sink", sinkSources);
export const measureProgram = build("measure", [join(bench, "harness", "measure.c")]);
