/**
 * `npm run test:strict`: runs the tests of everything that reaches a store against accounts that answer as Azure does, one with a
 * flat namespace and one with a hierarchical one (test/support/strict-azure/).
 * `npm run test:strict -- hierarchical test/outputs/list` runs one kind of account, or only these files, or both.
 */
import { spawnSync } from "node:child_process";

const kinds = ["flat", "hierarchical"];
const projects = ["azurite", "cli", "local-batch"];
const given = process.argv.slice(2);
const chosen = kinds.filter((kind) => given.includes(kind));
const files = given.filter((argument) => !kinds.includes(argument));

/** @type {string[]} */
const failed = [];
for (const kind of chosen.length === 0 ? kinds : chosen) {
  console.log(`\nAgainst an account with a ${kind} namespace:`);
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    ...projects.flatMap((name) => ["--project", name]),
    ...files,
  ];
  const { status } = spawnSync(process.execPath, args, {
    stdio: "inherit",
    env: { ...process.env, STRICT_AZURE: kind },
  });
  if (status !== 0) failed.push(kind);
}
if (failed.length > 0) console.error(`Failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
