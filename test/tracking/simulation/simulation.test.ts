import { expect, test } from "vitest";

import { simulateTracking } from "./simulate-tracking.js";

// `npm run simulate:tracking` asks for more runs, or for the one with a seed that failed.
const runs = Number(process.env["TRACKING_SIMULATION_RUNS"] ?? 400);
const firstSeed = Number(process.env["TRACKING_SIMULATION_SEED"] ?? 1);
const isAsked = process.env["TRACKING_SIMULATION_RUNS"] !== undefined;

test(
  `what is stored is what was written, or reported as lost, in ${runs} simulated runs from seed ${firstSeed} on`,
  { timeout: isAsked ? 86_400_000 : 60_000 },
  async () => {
    const failed: string[] = [];
    const totals = {
      writtenBytes: 0,
      storedBytes: 0,
      lostBytes: 0,
      lostOnDiskBytes: 0,
      unseenBytes: 0,
      restarts: 0,
    };
    for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
      const run = await simulateTracking(seed);
      for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += run[name];
      if (run.violation !== undefined) failed.push(`seed ${seed}: ${run.violation}`);
    }
    if (isAsked) process.stdout.write(`${JSON.stringify({ runs, failed: failed.length, ...totals })}\n`);
    expect(failed.slice(0, 20)).toEqual([]);
  },
);

test.skipIf(isAsked).each([
  [256, "a rotation during every comparison of a restart"],
  [257, "a recorded file that was written to late, before a restart"],
  [613, "a second gap behind one that is known already"],
  [1038, "a copy over a file that was there, where births are not recorded"],
  [1098, "a number of a deleted file that is given to another, where births are not recorded"],
  [1239, "an empty copy that is written over by another one"],
  [1914, "a changed file under the number of one that is gone"],
  [1987, "a missing number between two rotated files"],
])("seed %i: %s", async (seed) => {
  expect((await simulateTracking(seed)).violation).toBeUndefined();
});
