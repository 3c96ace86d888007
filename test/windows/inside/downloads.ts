import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { BatchOutputsClient } from "../../../src/index.js";
import type { TaskOutputStorage } from "../../../src/index.js";
import { createJobId } from "../../support/create-job-id.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

async function prepareTask(): Promise<TaskOutputStorage> {
  const client = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
  const jobId = createJobId("windows");
  await client.prepareOutputStorage(jobId);
  return client.getTaskOutputStorage(jobId, "t1");
}

test.each([
  ["small", 1_000],
  ["large", 5_000_000],
])("concurrent downloads of a %s output to one file all succeed", async (_, size) => {
  const task = await prepareTask();
  await task.saveData("TaskOutput", Buffer.alloc(size, "x"), "data.bin");
  const folder = createTemporaryFolder();
  const path = join(folder, "data.bin");
  writeFileSync(path, "the file before");
  const download = async (): Promise<void> => {
    // A listed output has a size, and small ones are written at once.
    for await (const output of task.listOutputs("TaskOutput")) await output.downloadToFile(path);
  };
  for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 8 }, download));
  expect(readFileSync(path).equals(Buffer.alloc(size, "x"))).toBe(true);
  expect(readdirSync(folder)).toEqual(["data.bin"]);
});

test("an error of the file system that does not pass is reported, and the download leaves nothing", async () => {
  const task = await prepareTask();
  await task.saveData("TaskOutput", Buffer.from("x"), "folder");
  const target = createTemporaryFolder();
  await expect(task.getOutput("TaskOutput", "folder").downloadToFile(target)).rejects.toMatchObject({
    code: expect.stringMatching(/^E(PERM|ACCES|EXIST|ISDIR)$/) as string,
  });
  expect(readdirSync(target)).toEqual([]);
});
