import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { setUpBatch } from "../support/batch-fixture.js";
import { readGuide } from "./support/guide.js";
import { setUpNewcomer } from "./support/newcomer.js";

test("the on-call guide leads to the causes of failures, and keeps what is left on the nodes apart from results", async () => {
  const batch = await setUpBatch();
  const script = "echo RuntimeError: CUDA out of memory >&2; echo 1 >frame.csv; exit 1";
  for (const id of ["frame-12", "frame-13"]) {
    await batch.addTask(id, script);
    await batch.until(id, "completed");
  }
  await batch.storageOf("frame-12").saveText("TaskLog", "RuntimeError: CUDA out of memory\n", "stderr.txt");
  await batch.storageOf("frame-11").saveText("TaskOutput", "whole\n", "frame.csv");

  const newcomer = setUpNewcomer("on-call.md");
  await newcomer.run(["npm install --global azure-batch-outputs"]);
  const [signIn = "", ...steps] = readGuide("on-call.md").commands;
  expect(signIn).toContain("AZURE_STORAGE_ACCOUNT_URL=");
  const commands = steps.join("").replaceAll("'film-*'", `'${batch.jobId}*'`);
  const variables = { ...batch.env, AZ_BATCH_JOB_ID: batch.jobId };
  const stdout = await newcomer.run([commands], variables);
  expect(stdout).toContain("1 of 2 failures (50 %): exit code 1\n   RuntimeError: CUDA out of memory\n");
  expect(stdout).toMatch(/^RuntimeError: CUDA out of memory$/m);
  expect(stdout).toContain("would save frame-13: wd/frame.csv");
  expect(readdirSync(join(newcomer.folder, "film-7"))).toEqual(["frame-11"]);
  const readRescued = "batch-outputs cat TaskIntermediate frame.csv --task frame-13";
  expect(await newcomer.run([readRescued], variables)).toBe("1\n");
});
