import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { setUpBatch } from "../support/batch-fixture.js";
import { cliCommand, createEnvironment } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/on-call.md"), "utf8");

test("the commands of the on-call guide show why the tasks of a job failed, and save what is left", async () => {
  const batch = await setUpBatch();
  const script = "echo RuntimeError: CUDA out of memory >&2; echo 1 >frame.csv; exit 1";
  for (const id of ["frame-12", "frame-13"]) {
    await batch.addTask(id, script);
    await batch.until(id, "completed");
  }
  await batch.storageOf("frame-12").saveText("TaskLog", "RuntimeError: CUDA out of memory\n", "stderr.txt");
  const [signIn = "", ...steps] = readShellBlocks(guide);
  expect(signIn).toContain("AZURE_STORAGE_ACCOUNT_URL=");

  const commands = steps.join("").replaceAll("'film-*'", `'${batch.jobId}*'`);
  const cwd = createTemporaryFolder();
  const { stdout } = await runScript(cwd, commands, { ...batch.env, AZ_BATCH_JOB_ID: batch.jobId });
  expect(stdout).toContain("1 of 2 failures (50 %): exit code 1\n   RuntimeError: CUDA out of memory\n");
  expect(stdout).toMatch(/^RuntimeError: CUDA out of memory$/m);
  expect(stdout).toContain("would save frame-13: wd/frame.csv");
  expect(existsSync(join(cwd, "film-7/frame-13/frame.csv"))).toBe(true);
});

function readShellBlocks(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = ""]) => text);
}

/** Runs the script in the folder, with `batch-outputs` on the search path, and stops at the first failure. */
async function runScript(
  cwd: string,
  script: string,
  env: Record<string, string>,
): Promise<{ readonly stdout: string }> {
  const programs = createTemporaryFolder();
  const command = cliCommand.map((word) => `'${word}'`).join(" ");
  writeFileSync(join(programs, "batch-outputs"), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  const path = `${programs}${delimiter}${process.env["PATH"] ?? ""}`;
  return await promisify(execFile)("bash", ["-euc", script], {
    cwd,
    env: createEnvironment({ ...env, PATH: path }),
  });
}
