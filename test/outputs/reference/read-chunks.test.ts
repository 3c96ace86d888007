import { expect, test } from "vitest";

import { ByteBudget, type OutputFileReference } from "../../../src/outputs/index.js";
import { captureOurError } from "../../support/capture-error.js";
import { collectAll, prepareJob } from "../../support/output-fixture.js";
import { storeLogBlob } from "../support/stored-log.js";

async function readText(output: OutputFileReference, maxBytes?: number): Promise<string> {
  const budget = new ByteBudget(8 * 1024 * 1024);
  const parts: Buffer[] = [];
  for await (const bytes of output.readChunks({ budget, maxBytes })) parts.push(Buffer.from(bytes));
  return Buffer.concat(parts).toString();
}

test("a log in several blobs is read as one, up to its listed size", async () => {
  const { client, jobId, stored } = await prepareJob();
  const name = "t1/$TaskLog/stdout.txt";
  await storeLogBlob(stored, name, "first ", { logId: "log-1", isContinued: true });
  await storeLogBlob(stored, "t1/$TaskLog/stdout.part-2.txt", "second", { logId: "log-1", part: 2 });
  const storage = client.getTaskOutputStorage(jobId, "t1");
  const [output] = await collectAll(storage.listOutputs("TaskLog"));
  expect(output?.size).toBe(12);
  expect(await readText(storage.getOutput("TaskLog", "stdout.txt"))).toBe("first second");
  expect(await readText(storage.getOutput("TaskLog", "stdout.txt"), 8)).toBe("first se");
  expect(await readText(storage.getOutput("TaskLog", "stdout.txt"), 6)).toBe("first ");
});

test("an output that is not there is reported with its address", async () => {
  const { client, jobId } = await prepareJob();
  const output = client.getTaskOutputStorage(jobId, "t1").getOutput("TaskLog", "none.txt");
  const error = await captureOurError(readText(output), "OutputNotFound");
  expect(error).toMatchObject({ taskId: "t1", kind: "TaskLog", path: "none.txt" });
});
