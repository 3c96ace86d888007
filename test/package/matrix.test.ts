import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

import { packageRoot } from "./npm-package.js";

/** What no other test of the packed package covers; `npm run matrix` tries all in each runtime. */
const checks = [
  "webpack",
  "rollup",
  "vitest",
  "jest",
  "types, `commonjs`",
  "types of a CommonJS file, `node16`",
];

test("bundlers, test runners and compiler settings work with the packed package as documented", async () => {
  const script = join(packageRoot, "scripts/matrix/run-matrix.mjs");
  const args = [
    "--own",
    "--tarball",
    inject("packageTarball"),
    ...checks.flatMap((name) => ["--check", name]),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { cwd: packageRoot });
  const lines = stdout.trim().split("\n");
  expect(lines.map((line) => /^\w+ +(.+), Node\.js/.exec(line)?.[1]).toSorted()).toEqual(checks.toSorted());
  const works = lines.filter((line) => line.startsWith("works"));
  const documented = lines.filter((line) => line.startsWith("documented"));
  expect([works.length, documented.length]).toEqual([5, 1]);
});

test("the table of the guide has no cell that fails", () => {
  const guide = readFileSync(join(packageRoot, "docs/guides/bundlers-and-runtimes.md"), "utf8");
  expect(guide).toContain("| webpack ");
  expect(guide).not.toContain("**fails**");
});
