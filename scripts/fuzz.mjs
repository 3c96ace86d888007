/**
 * `npm run fuzz`: gives each target of test/fuzz/targets/ and test/viewer/fuzz/ hostile and damaged inputs for a minute, and
 * prints the smallest input of each failure. `npm run fuzz -- listings urls --minutes 30` runs these two, each for half an
 * hour; `--runs 5000` gives a number of inputs instead of a time, and `--seed 17` repeats a run.
 */
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildTargets, runTarget } from "./fuzz/run-target.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "1" },
    runs: { type: "string" },
    seed: { type: "string" },
  },
});
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
const limit =
  values.runs === undefined ? { timeInMs: Number(values.minutes) * 60_000 } : { runs: Number(values.runs) };

// Within the project: the bundles import its packages.
const temp = join(import.meta.dirname, "../temp");
await mkdir(temp, { recursive: true });
const folder = await mkdtemp(join(temp, "fuzz-"));
let failures = 0;
let inputs = 0;
try {
  const targets = await buildTargets(folder, positionals);
  for (const [target, file] of targets) {
    const { runs, failure } = await runTarget(file, { seed, ...limit });
    inputs += runs;
    console.log(`${failure === undefined ? "ok    " : "FAILED"} ${target}: ${runs} inputs, seed ${seed}`);
    if (failure === undefined) continue;
    failures += 1;
    console.log(`input: ${JSON.stringify(failure.input)}`);
    console.log(failure.problem);
  }
  console.log(`${inputs} inputs of ${targets.size} targets, ${failures} failed`);
} finally {
  await rm(folder, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;
