/**
 * `npm run coverage`: runs all tests, and counts the lines of `src/` that they execute: in the test runner, in the processes that tests
 * start (unless these are killed), and in the viewer's page. Prints the share of each folder, and writes the lines that nothing executes
 * into temp/coverage/lines.txt. Fails below 100 % of `conventions/` and 95 % of all.
 *
 * `npm run coverage -- --project cli test/cli/save.test.ts` runs only these tests, and fails only if one of them does.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ExecutedLines } from "./line-coverage/executed-lines.mjs";

/** @typedef {{ path: string; statementMap: Record<string, { start: { line: number } }>; s: Record<string, number> }} FileCoverage */

const chosen = process.argv.slice(2);
const folder = resolve("temp/coverage");
const reports = join(folder, "processes");
await rm(folder, { recursive: true, force: true });
await mkdir(reports, { recursive: true });

const built = spawnSync("npm", ["run", "build"], {
  stdio: "inherit",
  env: { ...process.env, BATCH_OUTPUTS_MAPS: "true" },
});
if (built.status !== 0) process.exit(built.status ?? 1);

const tests = spawn(
  "npx",
  [
    "vitest",
    "run",
    "--coverage.enabled",
    "--coverage.provider=v8",
    "--coverage.include=src/**/*.{ts,tsx}",
    "--coverage.reporter=json",
    "--coverage.reportOnFailure",
    `--coverage.reportsDirectory=${join(folder, "tests")}`,
    ...chosen,
  ],
  { stdio: "inherit", env: { ...process.env, NODE_V8_COVERAGE: reports } },
);
const ended = /** @type {Promise<[number | null]>} */ (once(tests, "close"));
const executed = new ExecutedLines(reports, resolve("dist"));
/** @type {[number | null] | undefined} */
let end;
while (end === undefined) {
  await executed.collect();
  end = await Promise.race([ended, wait(2_000, undefined)]);
}
const [status] = end;
await executed.collect();

/** @type {(text: string) => Record<string, FileCoverage>} */
const parseCoverage = JSON.parse;
const files = parseCoverage(await readFile(join(folder, "tests", "coverage-final.json"), "utf8"));
/** @type {Map<string, { lines: number; executed: number }>} */
const shares = new Map();
/** @type {string[]} */
const missing = [];
for (const { path, statementMap, s } of Object.values(files)) {
  /** @type {Map<number, boolean>} */
  const lines = new Map();
  for (const [id, { start }] of Object.entries(statementMap)) {
    const isExecuted = (s[id] ?? 0) > 0 || executed.of(path)?.has(start.line) === true;
    lines.set(start.line, isExecuted || lines.get(start.line) === true);
  }
  const name = relative("src", path);
  const numbers = [...lines].filter(([, isExecuted]) => !isExecuted).map(([line]) => line);
  if (numbers.length > 0) missing.push(`src/${name}: ${numbers.sort((one, other) => one - other).join(" ")}`);
  for (const place of [
    dirname(name).split("/").slice(0, 2).join("/"),
    name.split("/")[0] ?? "",
    "all",
  ].filter((each, index, all) => all.indexOf(each) === index)) {
    const share = shares.get(place) ?? { lines: 0, executed: 0 };
    shares.set(place, {
      lines: share.lines + lines.size,
      executed: share.executed + lines.size - numbers.length,
    });
  }
}
await writeFile(join(folder, "lines.txt"), missing.sort().join("\n"));

/** @param {string} place */
function percentOf(place) {
  const { lines, executed: count } = shares.get(place) ?? { lines: 0, executed: 0 };
  return lines === 0 ? 100 : (100 * count) / lines;
}
for (const place of [...shares.keys()].sort())
  console.log(`${percentOf(place).toFixed(1).padStart(6)} %  ${place}`);
const isEnough = percentOf("conventions") === 100 && percentOf("all") >= 95;
process.exitCode = status === 0 && (isEnough || chosen.length > 0) ? 0 : 1;
