import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";

import { requireDebianPackage } from "../local-batch/support/debian-client.js";
import { startTestBatch } from "../local-batch/support/start-test-batch.js";
import { cliCommand, createEnvironment } from "../support/cli.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createJobId } from "../support/create-job-id.js";

const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/python-tasks.md"), "utf8");
const [, tryIt = "", asTask = ""] = guide.split(/^## /m);

test("the commands of the guide for Python tasks work, from the first line to the downloaded file", async () => {
  expect(tryIt).toMatch(/^Try it/);
  const cwd = folderOfProgram();
  const [install = "", names = "", ...commands] = readBlocks(tryIt, "sh");
  expect(install).toContain("npm install --global azure-batch-outputs");
  const script = [names.replace("=simulation", `=${createJobId()}`), ...commands].join("\n");
  const stdout = await runScript(script, cwd, {});
  // What the program printed, then what `list` and `cat` show of it.
  expect(stdout).toMatch(/^step 0\n(?:.*\n)*step 4\nKIND .*\n/);
  expect(stdout).toMatch(/TaskOutput +results\/run\.csv/);
  expect(stdout.match(/step 4\n/g)).toHaveLength(2);
  expect(existsSync(join(cwd, "fetched/results/run.csv"))).toBe(true);
});

test("the commands of the guide run the program as a task of the local Batch service", async (context) => {
  requireDebianPackage(context, "/usr/bin/az", "azure-cli");
  expect(asTask).toMatch(/^As a task of Batch, on your machine/);
  const cwd = folderOfProgram();
  const [local = "", commands = ""] = readBlocks(asTask, "sh");
  expect(local).toBe("batch-outputs local\n");
  // Tasks have the search path of the service.
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  vi.stubEnv("PATH", `${folderOfExecutable()}${delimiter}${process.env["PATH"] ?? ""}`);
  const service = await startTestBatch();
  const home = createTemporaryFolder();
  const stdout = await runScript(commands.replaceAll("simulation-2", createJobId()), cwd, {
    HOME: home,
    AZURE_CONFIG_DIR: home,
    AZURE_CORE_COLLECT_TELEMETRY: "false",
    AZURE_BATCH_ENDPOINT: service.endpoint,
    AZURE_BATCH_ACCOUNT: service.accountName,
    AZURE_BATCH_ACCESS_KEY: service.accountKey,
  });
  expect(stdout).toContain("step 0\nstep 1\nstep 2\nstep 3\nstep 4\n");
  expect(stdout).toMatch(/TaskLog +stdout\.txt/);
});

/** A folder with the program of the guide. */
function folderOfProgram(): string {
  const folder = createTemporaryFolder();
  const [program = ""] = readBlocks(tryIt, "python");
  writeFileSync(join(folder, "simulate.py"), program);
  return folder;
}

/** A folder with `batch-outputs`, in place of what is installed globally. */
function folderOfExecutable(): string {
  const folder = createTemporaryFolder();
  const command = cliCommand.map((word) => `'${word}'`).join(" ");
  writeFileSync(join(folder, "batch-outputs"), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  return folder;
}

/** Runs the script with an Azurite that is not on its usual port, and returns what it prints. */
async function runScript(script: string, cwd: string, env: Record<string, string>): Promise<string> {
  const bash = ["-c", `set -eu\nPATH='${folderOfExecutable()}':$PATH\n${script}`];
  const { connectionString } = useSharedAzurite();
  const { stdout } = await promisify(execFile)("bash", bash, {
    cwd,
    env: createEnvironment({ AZURE_STORAGE_CONNECTION_STRING: connectionString, ...env }),
  });
  return stdout;
}

function readBlocks(section: string, language: string): readonly string[] {
  return [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = ""]) => text);
}
