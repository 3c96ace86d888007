import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { requireDebianPackage } from "../local-batch/support/debian-client.js";
import { readGuide } from "./support/guide.js";
import { setUpNewcomer } from "./support/newcomer.js";

test("the guide for failed tasks leads to the files that the task did not save", async (context) => {
  requireDebianPackage(context, "/usr/bin/az", "azure-cli");
  const guide = readGuide("batch-rescue.md", "Try it on your machine");
  const newcomer = setUpNewcomer("batch-rescue.md");
  const [serve = "", ...commands] = guide.commands;
  const stdout = await newcomer.run(commands, await newcomer.serve(serve));
  expect(stdout).toContain("exit code 1");
  expect(stdout).toContain("would save frame-12: wd/frame.csv");
  expect(stdout).toMatch(/^out of memory$/m);
  expect(readFileSync(join(newcomer.folder, "film-2/frame-12/frame.csv"), "utf8")).toBe("half\n");
});
