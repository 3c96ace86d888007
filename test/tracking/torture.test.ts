import { expect, test } from "vitest";

import { sharedAzurite } from "../support/shared-azurite.js";
import { tortureRound } from "./support/torture-round.js";

// `npm run torture:tracking` asks for more rounds, or for the one with a seed that failed.
const rounds = Number(process.env["TRACKING_TORTURE_ROUNDS"] ?? 12);
const firstSeed = Number(process.env["TRACKING_TORTURE_SEED"] ?? 1);
const seeds = Array.from({ length: rounds }, (_, index) => firstSeed + index);

test.concurrent.each(seeds)(
  "torture, seed %i: what is stored is what was written, byte for byte",
  async (seed) => {
    const result = await tortureRound(seed, sharedAzurite());
    expect(result.difference, `replay with: npm run torture:tracking -- --seed ${seed}`).toBeUndefined();
    // Whether anything is missing of a file that was emptied without a copy, nobody can know but the one who emptied it.
    const told =
      result.manner === "truncate" ? result.losses.filter(({ knownBytes }) => knownBytes > 0) : result.losses;
    expect(told).toEqual([]);
  },
);
