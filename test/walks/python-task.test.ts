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
  requireDebianPackage(context, "/usr/lib/python3/dist-packages/azure/batch", "python3-azure");
  const asTask = readGuide("python-tasks.md", "As a task of Batch, on your machine");
  const newcomer = setUpNewcomer("python-tasks.md, as a task");
  newcomer.writeFiles(tryIt);
  newcomer.writeFiles(asTask);
  const [install = ""] = tryIt.commands;
  await newcomer.run([install]);
  const [serve = "", withAzureCli = "", inPython = ""] = asTask.commands;
  const variables = await newcomer.serve(serve);
  const stdout = await newcomer.run([withAzureCli], variables);
  expect(stdout).toContain("step 0\nstep 1\nstep 2\nstep 3\nstep 4\n");
  expect(stdout).toMatch(/TaskLog +stdout\.txt/);

  // Debian's Python, which has the package.
  const submit = inPython.replace(/^python3/, "/usr/bin/python3");
  expect(await newcomer.run([submit], variables)).toContain("step 0\nstep 1\n");
  const list = "batch-outputs list --job simulation-3";
  const readResults = async (): Promise<string[]> =>
    (await newcomer.run([list], variables)).match(/^run-\d(?= +TaskOutput +results\/run\.csv)/gm) ?? [];
  await expect.poll(readResults, { timeout: 60_000 }).toEqual(["run-0", "run-1", "run-2"]);
});
