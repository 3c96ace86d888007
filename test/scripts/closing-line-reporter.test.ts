import { execFile } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const root = join(import.meta.dirname, "../..");

/** What `vitest run` prints in a project of these files, with the reporter of this repository alone. */
async function runVitest(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = createTemporaryFolder();
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const reporter = join(root, "test/support/closing-line-reporter.ts");
  const args = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--reporter", reporter];
  return await new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (_, stdout) => {
      resolve(stdout);
    });
  });
}

const vitest = 'import { beforeAll, describe, expect, test } from "vitest";\n';

test("a run ends with its failed tests, its skipped ones with their reasons, and the counts as the last line", async () => {
  const printed = await runVitest({
    "a.test.js": `${vitest}
      test("adds", () => expect(1 + 1).toBe(2));
      test("subtracts", () => { throw new Error("not\\nequal"); });
      test("divides", (context) => context.skip("rclone is not installed"));
      test("multiplies", (context) => context.skip("rclone is not installed"));`,
    "b.test.js": 'throw new Error("cannot be loaded");',
    "c.test.js": `${vitest}
      describe("a suite", () => {
        beforeAll(() => { throw new Error("no store"); });
        test("reads", () => undefined);
      });`,
  });
  expect(printed.trimEnd().split("\n").at(-1)).toBe("1 passed, 3 failed, 3 skipped");
  expect(printed).toMatch(/^Skipped:$/m);
  expect(printed).toMatch(/^ {2}a\.test\.js: rclone is not installed: divides, and 1 more$/m);
  const [, failed = ""] = printed.split("Failed (the errors are printed in full above):\n");
  expect(failed).toMatch(/^ {2}a\.test\.js subtracts: not$/m);
  expect(failed).toMatch(/^ {2}b\.test\.js: cannot be loaded$/m);
  expect(failed).toMatch(/^ {2}c\.test\.js a suite: no store$/m);
});

test("a run without failures prints only the counts", async () => {
  const printed = await runVitest({ "a.test.js": `${vitest}test("adds", () => expect(1 + 1).toBe(2));` });
  expect(printed).toBe("1 passed, 0 failed, 0 skipped\n");
});
