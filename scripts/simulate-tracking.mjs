/**
 * `npm run simulate:tracking -- --runs 10000 --seed 1`: runs the tracking code against a simulated file system and a
 * simulated store, one deterministic run a seed, and prints what was written, stored, reported as lost and restarted.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3000" },
    seed: { type: "string", default: "1" },
  },
});

const { status } = spawnSync(
  "npx",
  ["vitest", "run", "test/tracking/simulation/simulation.test.ts", "--disable-console-intercept"],
  {
    stdio: "inherit",
    env: {
      ...process.env,
      TRACKING_SIMULATION_RUNS: values.runs,
      TRACKING_SIMULATION_SEED: values.seed,
    },
  },
);
process.exit(status ?? 1);
