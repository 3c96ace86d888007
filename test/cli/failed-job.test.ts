import { readdirSync } from "node:fs";
import { expect, it } from "vitest";

import { startAzurite } from "../support/azurite.js";
import { setUpBatch } from "../support/batch-fixture.js";
import { type CliResult, runCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import {
  failedJobCauses,
  failedJobSize as size,
  failedJobTimeoutInMs,
  listTasksWithText,
  runFailedJob,
  searchedText,
} from "../support/failed-job.js";

type Run = (...args: string[]) => Promise<CliResult>;

/** What a person asks of a job that failed, a command each. */
async function examine(run: Run): Promise<void> {
  const recovered = Math.ceil(size.tasks / 10) - Math.ceil(size.failures / 10);
  const succeed: Run = async (...args) => {
    const result = await run(...args);
    expect(result, args.join(" ")).toMatchObject({ status: 0 });
    return result;
  };
  const why = await succeed("why", "--json");
  expect(why.objects).toHaveLength(failedJobCauses + 1);
  expect(why.objects.at(-1)).toMatchObject({ summary: { failed: size.failures, recovered } });
  const failed = await succeed("tasks", "--result", "failed", "--json");
  expect(failed.objects).toHaveLength(size.failures);
  const logs = await succeed("grep", "-l", searchedText);
  expect(logs.stdout.trim().split("\n").sort()).toEqual(
    listTasksWithText(size)
      .map((taskId) => `${taskId}/stderr.txt`)
      .sort(),
  );
  const folder = createTemporaryFolder();
  const tables = ["--include", "*.csv", "--flatten", "{task}-{name}"];
  await succeed("download", folder, "--kind", "TaskOutput", ...tables);
  expect(readdirSync(folder)).toHaveLength(size.tasks - size.failures);
  const usage = await succeed("usage", "--json");
  expect(usage.objects.find(({ kind }) => kind === "TaskLog")).toMatchObject({ outputs: size.tasks });
}

it(
  "the failures of a job are examined by commands, with Batch, without it, and after the job is deleted there",
  async () => {
    await using azurite = await startAzurite({ manyBlobs: true });
    const batch = await setUpBatch({ nodes: 4, connectionString: azurite.connectionString });
    await runFailedJob(batch, size);
    const { AZURE_STORAGE_CONNECTION_STRING = "", AZ_BATCH_JOB_ID = "" } = batch.env;
    await examine((...args) => runCli(args, { env: { AZURE_STORAGE_CONNECTION_STRING, AZ_BATCH_JOB_ID } }));
    const run: Run = (...args) => runCli(args, { env: batch.env });
    await examine(run);
    await batch.azure.job.deleteMethod(batch.jobId);
    await expect
      .poll(async () => (await run("why", "--json")).objects.at(-1))
      .toMatchObject({ summary: { batch: "jobDeleted" } });
    await examine(run);
    const deleted = await run("delete", "--whole-job", "--yes");
    expect(deleted.status).toBe(0);
  },
  failedJobTimeoutInMs,
);
