/**
 * `npm run mutation -- AREA`: changes the code of an area in every way that Stryker knows, one at a time, and lists the changes
 * that no test notices. Fails if fewer than 90 % are noticed. `npm run mutation -- conventions src/conventions/batch-id.ts`
 * changes only this file.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { areas } from "./areas.mjs";

const [name = "", ...files] = process.argv.slice(2);
const area = areas[name];
if (area === undefined) throw new RangeError(`the area must be one of ${Object.keys(areas).join(", ")}`);

const configuration = {
  mutate: files.length > 0 ? files : area.mutate,
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "scripts/mutation/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  concurrency: 2,
  ignorePatterns: ["dist", "temp", "site", "coverage", ".ci", "examples/build"],
  tempDirName: "temp/mutation",
  reporters: ["clear-text", "json"],
  clearTextReporter: { allowColor: false, reportTests: false },
  jsonReporter: { fileName: `temp/mutation-${name}.json` },
  thresholds: { high: 100, low: 90, break: files.length > 0 ? null : 90 },
};
mkdirSync("temp", { recursive: true });
const file = `temp/mutation-${name}.config.json`;
writeFileSync(file, JSON.stringify(configuration));
const { status } = spawnSync(
  process.execPath,
  ["node_modules/@stryker-mutator/core/bin/stryker.js", "run", file],
  {
    stdio: "inherit",
    env: { ...process.env, MUTATION_TESTS: JSON.stringify(area.tests) },
  },
);
process.exitCode = status ?? 1;
