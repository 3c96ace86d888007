import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { buildTargets, listTargetFiles, runTarget } from "../../scripts/fuzz/run-target.mjs";

/** Always the same inputs, so that a change alone can fail; `npm run fuzz`, every night, tries others. */
const seed = Number(process.env["FUZZ_SEED"] ?? 1);
const runs = Number(process.env["FUZZ_RUNS"] ?? 150);

// Within the project: the bundles import its packages.
const temp = join(import.meta.dirname, "../../temp");
mkdirSync(temp, { recursive: true });
const folder = mkdtempSync(join(temp, "fuzz-"));
let bundles: ReadonlyMap<string, string>;

beforeAll(async () => {
  bundles = await buildTargets(folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.concurrent.each([...(await listTargetFiles()).keys()])(
  `%s holds for hostile and damaged inputs (FUZZ_SEED=${seed})`,
  async (name) => {
    const result = await runTarget(bundles.get(name) ?? "", { seed, runs });
    expect(result.failure).toBeUndefined();
    expect(result.runs).toBeGreaterThanOrEqual(runs);
  },
);
