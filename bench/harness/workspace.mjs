/** The folder of one run of the benchmark, and the two programs in C that it builds there. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Everything that is made lies here, and goes with the process. */
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
function built(name, sources) {
  const path = join(folder, name);
  execFileSync("cc", ["-O2", "-Wall", "-Wextra", "-o", path, ...sources, "-lm"], { stdio: "inherit" });
  return path;
}

export const sinkProgram = built("sink", sinkSources);
export const measureProgram = built("measure", [join(bench, "harness", "measure.c")]);
