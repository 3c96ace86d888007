/**
 * `npm run simulate:tracking -- --runs 10000 --seed 1`: runs the tracking code against a simulated file system and a
 * simulated store, one deterministic run a seed, and prints what was written, stored, reported as lost and restarted.
 *
 * `-- --seed 17 --trace` prints everything that happens in the run with that seed.
 *
 * `-- --world '{"rotations":["rename","copytruncate"],"recordsBirths":false}'` sets what is otherwise chosen by the seed: a
 * `SimulatedWorld`.
 */
import { build } from "esbuild";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    seed: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
    world: { type: "string", default: "{}" },
  },
});
const first = Number(values.seed);
const runs = Number(values.runs ?? (values.trace ? 1 : 3_000));
const reportEvery = 10_000;
/** @type {(text: string) => import("../test/tracking/simulation/simulate-tracking.js").SimulatedWorld} */
const parseWorld = JSON.parse;
const world = parseWorld(values.world);

// Without a test runner a run takes half the time, and leaves no memory behind.
const outfile = "temp/simulate-tracking.mjs";
await build({
  entryPoints: ["test/tracking/simulation/simulate-tracking.ts"],
  outfile,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20.19",
  sourcemap: "inline",
  logLevel: "warning",
});
process.setSourceMapsEnabled(true);
// Half of the requests of some runs fail as they should: only a violation that is traced needs to know where.
if (!values.trace) Error.stackTraceLimit = 0;
/** @type {unknown} */
const bundle = await import(pathToFileURL(outfile).href);
const { simulateTracking } =
  /** @type {typeof import("../test/tracking/simulation/simulate-tracking.js")} */ (bundle);

const totals = {
  writtenBytes: 0,
  storedBytes: 0,
  lostBytes: 0,
  lostOnDiskBytes: 0,
  unseenBytes: 0,
  restarts: 0,
};
let failed = 0;
const trace = values.trace ? (/** @type {string} */ event) => process.stdout.write(`${event}\n`) : undefined;
for (let done = 0; done < runs; done += 1) {
  const run = await simulateTracking(first + done, trace, world);
  for (const name of /** @type {(keyof typeof totals)[]} */ (Object.keys(totals))) totals[name] += run[name];
  if (run.violation !== undefined) {
    failed += 1;
    process.stdout.write(`seed ${run.seed}: ${run.violation}\n`);
  }
  if ((done + 1) % reportEvery === 0 || done + 1 === runs)
    process.stdout.write(`${JSON.stringify({ runs: done + 1, failed, ...totals })}\n`);
}
process.exit(failed === 0 ? 0 : 1);
