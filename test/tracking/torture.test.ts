import { expect, test } from "vitest";

import { hangTimeoutInMs } from "../support/time-limits.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { runTortureRound } from "./support/torture-round.js";

// `npm run torture:tracking` asks for more rounds, or for the one with a seed that failed.
const rounds = Number(process.env["TRACKING_TORTURE_ROUNDS"] ?? 12);
const firstSeed = Number(process.env["TRACKING_TORTURE_SEED"] ?? 1);
const maxOutageInMs = Number(process.env["TRACKING_TORTURE_OUTAGE"] ?? 1) * 1_000;
const isAsked = process.env["TRACKING_TORTURE_ROUNDS"] !== undefined;
const seeds = Array.from({ length: rounds }, (_, index) => firstSeed + index);

// One after the other, so that the time of a round does not depend on the others; `npm run torture:tracking` says how many at once.
const tests = isAsked ? test.concurrent : test;

tests.each(seeds)(
  "torture, seed %i: all that is written is stored or reported lost",
  { timeout: hangTimeoutInMs + 5 * maxOutageInMs },
  async (seed) => {
    const result = await runTortureRound(seed, useSharedAzurite(), maxOutageInMs);
    expect(result.difference, `replay with: npm run torture:tracking -- --seed ${seed}`).toBeUndefined();
    // Where nobody can know whether anything is missing, at least nothing is known to be.
    expect(result.losses.filter(({ knownBytes }) => knownBytes > 0)).toEqual([]);
    if (isAsked) process.stdout.write(`${JSON.stringify(result)}\n`);
  },
);
