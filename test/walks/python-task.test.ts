import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { requireDebianPackage } from "../local-batch/support/debian-client.js";
import { readGuide } from "./support/guide.js";
import { setUpNewcomer } from "./support/newcomer.js";

const tryIt = readGuide("python-tasks.md", "Try it on your machine");

test("the guide for Python tasks leads from the installation to the downloaded file", async () => {
  const newcomer = setUpNewcomer("python-tasks.md, on your machine");
  newcomer.writeFiles(tryIt);
  const stdout = await newcomer.run(tryIt.commands);
  // What the program printed, then what `list` and `cat` show of it.
  expect(stdout).toMatch(/^step 0\n(?:.*\n)*step 4\nKIND .*\n/m);
  expect(stdout).toMatch(/TaskOutput +results\/run\.csv/);
  expect(stdout.match(/step 4\n/g)).toHaveLength(2);
  expect(existsSync(join(newcomer.folder, "fetched/results/run.csv"))).toBe(true);
});

test("the guide for Python tasks runs the program as a task of the local Batch service", async (context) => {
  requireDebianPackage(context, "/usr/bin/az", "azure-cli");
  const asTask = readGuide("python-tasks.md", "As a task of Batch, on your machine");
  const newcomer = setUpNewcomer("python-tasks.md, as a task");
  newcomer.writeFiles(tryIt);
  const [install = ""] = tryIt.commands;
  await newcomer.run([install]);
  const [serve = "", ...commands] = asTask.commands;
  const stdout = await newcomer.run(commands, await newcomer.serve(serve));
  expect(stdout).toContain("step 0\nstep 1\nstep 2\nstep 3\nstep 4\n");
  expect(stdout).toMatch(/TaskLog +stdout\.txt/);
});
