import { expect, test } from "vitest";

import { simulateTracking } from "./simulate-tracking.js";

// `npm run simulate:tracking` asks for more runs, or for the one with a seed that failed.
const runs = Number(process.env["TRACKING_SIMULATION_RUNS"] ?? 300);
const firstSeed = Number(process.env["TRACKING_SIMULATION_SEED"] ?? 258);
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
