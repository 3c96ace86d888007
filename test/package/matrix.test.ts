import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

import { hangTimeoutInMs } from "../support/time-limits.js";
import { packageRoot } from "./npm-package.js";

/** What no other test of the packed package covers; `npm run matrix` tries all in each runtime. */
const checks = ["webpack", "rollup", "jest"];

test(
  "webpack, Rollup and Jest work with the packed package as documented",
  { timeout: 5 * hangTimeoutInMs },
  async () => {
    const script = join(packageRoot, "scripts/matrix/run-matrix.mjs");
    const chosen = checks.flatMap((name) => ["--check", name]);
    const args = [script, "--own", "--tarball", inject("packageTarball"), ...chosen];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: packageRoot });
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => /^works +(.+), Node\.js/.exec(line)?.[1])).toEqual(checks);
  },
);

test("the table of the guide has no cell that fails", () => {
  const guide = readFileSync(join(packageRoot, "docs/guides/bundlers-and-runtimes.md"), "utf8");
  expect(guide).toMatch(/^\| webpack /m);
  expect(guide).not.toContain("**fails**");
});
