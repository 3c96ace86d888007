/**
 * `npm run torture:tracking`: many rounds in which tracked files are written, rotated and their trackers killed, over a bad
 * network, and what is stored is compared with what was written, byte for byte. It takes some minutes.
 *
 * `npm run torture:tracking -- --seed 17` replays the round with that seed; `--rounds 1000` makes so many, `--first 500`
 * from that seed on.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    first: { type: "string", default: "1000" },
    rounds: { type: "string", default: "200" },
  },
});

const environment = {
  TRACKING_TORTURE_SEED: values.seed ?? values.first,
  TRACKING_TORTURE_ROUNDS: values.seed === undefined ? values.rounds : "1",
};
const steps = [
  ["tsc", "-p", "tsconfig.build.json"],
  ["vitest", "run", "test/tracking/torture.test.ts", "--reporter=dot", "--maxConcurrency=6"],
];
for (const [command = "", ...parameters] of steps) {
  const { status } = spawnSync("npx", [command, ...parameters], {
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  if (status !== 0) process.exit(status ?? 1);
}
