import { readdirSync } from "node:fs";
import { expect, it } from "vitest";

import { setUpBatch } from "../support/batch-fixture.js";
import { runCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { failedJobCauses, saveFailedJob } from "../support/failed-job.js";

const size = { tasks: 60, failures: 20, largeLogBytes: 4 * 1024 * 1024 };

/** What a person asks of a job that failed, a command each. */
async function examine(env: Readonly<Record<string, string>>): Promise<void> {
  const why = await runCli(["why", "--json"], { env });
  expect(why.objects).toHaveLength(failedJobCauses + 1);
  expect(why.objects.at(-1)).toMatchObject({ summary: { failed: size.failures, recovered: 4 } });
  const failed = await runCli(["tasks", "--result", "failed", "--json"], { env });
  expect(failed.objects).toHaveLength(size.failures);
  const logs = await runCli(["grep", "-l", "CUDA out of memory"], { env });
  expect(logs.stdout.trim().split("\n").sort()).toEqual(
    ["t1", "t11", "t16", "t6"].map((taskId) => `${taskId}/stderr.txt`),
  );
  const folder = createTemporaryFolder();
  const args = [
    "download",
    folder,
    "--kind",
    "TaskOutput",
    "--include",
    "*.csv",
    "--flatten",
    "{task}-{name}",
  ];
  expect(await runCli(args, { env })).toMatchObject({ status: 0 });
  expect(readdirSync(folder)).toHaveLength(size.tasks - size.failures);
  expect(await runCli(["usage", "--json"], { env })).toMatchObject({ status: 0 });
}

it("the failures of a job are examined by commands, with Batch, without it, and after the job is deleted there", async () => {
  const batch = await setUpBatch();
  await saveFailedJob(batch.outputs, batch.jobId, size);
  const { AZURE_STORAGE_CONNECTION_STRING = "", AZ_BATCH_JOB_ID = "" } = batch.env;
  await examine({ AZURE_STORAGE_CONNECTION_STRING, AZ_BATCH_JOB_ID });
  await examine(batch.env);
  await batch.azure.job.deleteMethod(batch.jobId);
  await expect
    .poll(async () => (await runCli(["why", "--json"], { env: batch.env })).objects.at(-1))
    .toMatchObject({ summary: { batch: "jobDeleted" } });
  await examine(batch.env);
  const deleted = await runCli(["delete", "--whole-job", "--yes"], { env: batch.env });
  expect(deleted.status).toBe(0);
}, 120_000);
