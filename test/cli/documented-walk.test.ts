import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { cliCommand, createEnvironment } from "../support/cli.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createJobId } from "../support/create-job-id.js";

const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/python-tasks.md"), "utf8");
const [, tryIt = ""] = guide.split(/^## /m);

test("what the guide for Python tasks says to type works, from its first line to the downloaded file", async () => {
  expect(tryIt).toMatch(/^Try it/);
  const cwd = createTemporaryFolder();
  const [program = ""] = readBlocks("python");
  writeFileSync(join(cwd, "simulate.py"), program);
  const [install = "", names = "", ...commands] = readBlocks("sh");
  expect(install).toContain("npm install --global azure-batch-outputs");
  const jobId = createJobId();
  const script = [
    "set -eu",
    // In place of what is installed globally, and of an Azurite on its usual port.
    `batch-outputs() { ${cliCommand.map((word) => `'${word}'`).join(" ")} "$@"; }`,
    names.replace("=simulation", `=${jobId}`),
    ...commands,
  ].join("\n");
  const { stdout } = await promisify(execFile)("bash", ["-c", script], {
    cwd,
    env: createEnvironment({ AZURE_STORAGE_CONNECTION_STRING: useSharedAzurite().connectionString }),
  });
  // What the program printed, then what `list` and `cat` show of it.
  expect(stdout).toMatch(/^step 0\n(?:.*\n)*step 4\nKIND .*\n/);
  expect(stdout).toMatch(/TaskOutput +results\/run\.csv/);
  expect(stdout.match(/step 4\n/g)).toHaveLength(2);
  expect(existsSync(join(cwd, "fetched/results/run.csv"))).toBe(true);
});

function readBlocks(language: string): readonly string[] {
  return [...tryIt.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = ""]) => text);
}
