/**
 * `npm run torture:tracking`: many rounds in which tracked files are written, rotated and their trackers killed, over a bad
 * network and a store that is away for a time, and what is stored is compared with what was written, byte for byte. The
 * last line is a summary of all rounds.
 *
 * `-- --rounds 1000 --first 500 --jobs 8 --outage 60`: 1,000 rounds from seed 500 on, 8 at a time, with outages of up to a
 * minute (5 s by default). `-- --seed 17` replays the round with that seed.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    first: { type: "string", default: "1000" },
    rounds: { type: "string", default: "200" },
    jobs: { type: "string", default: "6" },
    outage: { type: "string", default: "5" },
  },
});

const built = spawnSync("npx", ["tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
if (built.status !== 0) process.exit(built.status ?? 1);

// A tracker of one file starts in a third of the processor time. There are four and more in a round.
const tracker = resolve("temp/torture-tracker.mjs");
await build({
  entryPoints: ["test/tracking/support/tracker-program.mjs"],
  outfile: tracker,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // The SDK's dependencies of the CommonJS kind load the modules of Node.js with it.
  banner: {
    js: 'import * as nodeModule from "node:module"; const require = nodeModule.createRequire(import.meta.url);',
  },
  logLevel: "warning",
});

const rounds = values.seed === undefined ? Number(values.rounds) : 1;
const tests = spawn("npx", ["vitest", "run", "test/tracking/torture.test.ts", "--reporter=dot"], {
  stdio: ["inherit", "pipe", "inherit"],
  env: {
    ...process.env,
    TRACKING_TORTURE_SEED: values.seed ?? values.first,
    TRACKING_TORTURE_ROUNDS: String(rounds),
    TRACKING_TORTURE_OUTAGE: values.outage,
    TRACKING_TORTURE_JOBS: values.jobs,
    TRACKING_TORTURE_TRACKER: tracker,
  },
});
const ended = /** @type {Promise<[number | null]>} */ (once(tests, "close"));

/** @type {import("../test/tracking/support/torture-round.js").TortureResult[]} */
const results = [];
for await (const line of createInterface({ input: tests.stdout })) {
  process.stdout.write(`${line}\n`);
  // The test runner's dots may precede it.
  const start = line.indexOf('{"seed":');
  if (start < 0) continue;
  /** @type {unknown} */
  const result = JSON.parse(line.slice(start));
  results.push(/** @type {(typeof results)[number]} */ (result));
}
const [status] = await ended;

const sum = (/** @type {(result: (typeof results)[number]) => number} */ count) =>
  results.reduce((total, result) => total + count(result), 0);
const summary = {
  rounds,
  right: results.length,
  wrong: rounds - results.length,
  logs: sum(({ logs }) => logs),
  kills: sum(({ kills }) => kills),
  faults: sum(({ faults }) => faults),
  outages: sum(({ outageInMs }) => (outageInMs > 0 ? 1 : 0)),
  longestOutageInMs: Math.max(0, ...results.map(({ outageInMs }) => outageInMs)),
  writtenBytes: sum(({ writtenBytes }) => writtenBytes),
  lostAndReportedBytes: sum(({ lostBytes }) => lostBytes),
};
process.stdout.write(`${JSON.stringify(summary)}\n`);
process.exit(status === 0 ? 0 : 1);
