import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { requireDebianPackage } from "../local-batch/support/debian-client.js";
import { readGuide } from "./support/guide.js";
import { setUpNewcomer } from "./support/newcomer.js";

test("the guide for tasks that cannot be changed leads to files that Batch has uploaded", async (context) => {
  requireDebianPackage(context, "/usr/bin/az", "azure-cli");
  const guide = readGuide("batch-output-files.md", "Try it on your machine");
  const newcomer = setUpNewcomer("batch-output-files.md");
  const [serve = "", ...commands] = guide.commands;
  const stdout = await newcomer.run(commands, await newcomer.serve(serve));
  expect(stdout).toMatch(/TaskOutput +result\.csv/);
  expect(stdout).toMatch(/^working$/m);
  expect(readFileSync(join(newcomer.folder, "fetched/result.csv"), "utf8")).toBe("1,2\n");
});
