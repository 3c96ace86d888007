import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { captureError } from "../../support/capture-error.js";
import { prepareJob, quickRetries } from "../../support/output-fixture.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createJobId } from "../../support/create-job-id.js";
import { collectWarnings } from "../support/logged-lines.js";

/** The storage of a task whose job has no container, and a folder with many small files. */
async function setUp() {
  const client = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString, quickRetries);
  const cwd = createTemporaryFolder();
  for (let index = 0; index < 20; index += 1) await writeFile(join(cwd, `${index}.txt`), `file ${index}`);
  return { task: client.getTaskOutputStorage(createJobId(), "t1"), cwd, file: join(cwd, "0.txt") };
}

test.each(["save", "saveTracked", "saveMany"] as const)(
  "%s that fails as a whole logs one warning, with the method and its error",
  async (method) => {
    const { task, cwd, file } = await setUp();
    const calls = {
      save: () => task.save("TaskOutput", file, { destinationPath: "a.txt" }),
      saveTracked: () => task.saveTracked("TaskLog", file, { destinationPath: "a.txt" }),
      saveMany: () => task.saveMany("TaskOutput", "*.txt", { cwd }),
    };
    let thrown: Error | undefined;
    const warnings = await collectWarnings(async () => {
      thrown = await captureError(calls[method]());
    });
    expect(thrown).toMatchObject({ code: "ContainerNotPrepared" });
    expect(warnings).toEqual([
      `azure:batch-outputs:warning TaskOutputStorage.${method} failed: ${thrown?.message ?? ""}`,
    ]);
  },
);

test("a tracked file that fails after it was opened logs one warning for each failed call", async () => {
  const { client, jobId, stored } = await prepareJob();
  const file = join(createTemporaryFolder(), "log.txt");
  await writeFile(file, "first\n");
  const log = await client.getTaskOutputStorage(jobId, "t1").saveTracked("TaskLog", file, {
    destinationPath: "log.txt",
    // No background flush, which would log a warning of its own.
    flushIntervalInMs: Number.POSITIVE_INFINITY,
  });
  await log.flush();
  await stored.delete();
  await appendFile(file, "second\n");
  const warnings = await collectWarnings(() => captureError(log.flush()));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^azure:batch-outputs:warning TaskOutputStorage\.saveTracked failed: /);
  await log.close().catch(() => undefined);
});
