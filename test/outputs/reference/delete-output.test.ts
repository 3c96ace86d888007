import { expect, test } from "vitest";
import type { OutputFileReference } from "../../../src/outputs/index.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { collectAll, prepareJob } from "../../support/output-fixture.js";
import { storeLogBlob } from "../support/stored-log.js";
import { storedFiles } from "../../support/stored-files.js";

async function deleteListed(output: OutputFileReference | undefined): Promise<void> {
  await output?.delete({ conditions: { ifMatch: output.etag } });
}

test("keeps an output that was saved again after it was listed", async () => {
  const { client, jobId, stored } = await prepareJob();
  const storage = client.getTaskOutputStorage(jobId, "t1");
  await storage.saveText("TaskOutput", "old", "a.txt");
  await storage.saveText("TaskOutput", "same", "b.txt");
  const [a, b] = await collectAll(storage.listOutputs("TaskOutput"));
  await storage.saveText("TaskOutput", "new", "a.txt");

  const error = await captureOurError(deleteListed(a), "OutputChanged");
  expect(error).toMatchObject({ jobId, taskId: "t1", kind: "TaskOutput", path: "a.txt" });
  await deleteListed(b);
  expect(await storedFiles(stored)).toMatchObject([{ name: "t1/$TaskOutput/a.txt" }]);
});

test.each(["its last blob", "its first blob"])(
  "a log stays when %s was written since it was listed",
  async (which) => {
    const { client, jobId, stored } = await prepareJob();
    const [first, second] = ["t1/$TaskLog/app.log", "t1/$TaskLog/app.part-2.log"];
    await storeLogBlob(stored, first, "one", { logId: "a", isContinued: true });
    await storeLogBlob(stored, second, "two", { logId: "a", part: 2 });
    const [log] = await collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs("TaskLog"));
    if (which === "its last blob") await stored.getAppendBlobClient(second).appendBlock("more", 4);
    else await storeLogBlob(stored, first, "the next attempt", { logId: "b" });

    await captureOurError(deleteListed(log), "OutputChanged");
    expect(await storedFiles(stored)).toHaveLength(2);
  },
);

test("a log is deleted with all its blobs, on a condition or without one", async () => {
  const { client, jobId, stored } = await prepareJob();
  for (const isConditional of [true, false]) {
    await storeLogBlob(stored, "t1/$TaskLog/app.log", "one", { logId: "a", isContinued: true });
    await storeLogBlob(stored, "t1/$TaskLog/app.part-2.log", "two", { logId: "a", part: 2 });
    const [log] = await collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs("TaskLog"));
    await log?.delete(isConditional ? { conditions: { ifMatch: log.etag } } : {});
    expect(await storedFiles(stored)).toEqual([]);
  }
});

test("conditions that are none are argument errors that name them", async () => {
  const { client, jobId } = await prepareJob();
  const output = client.getTaskOutputStorage(jobId, "t1").getOutput("TaskOutput", "a.txt");
  for (const [conditions, argument] of [
    [null, "options.conditions"],
    [{ ifMatch: "" }, "options.conditions.ifMatch"],
    [{ ifMatch: 5 }, "options.conditions.ifMatch"],
  ] as const)
    expect(await captureError(output.delete({ conditions: conditions as never }))).toMatchObject({
      argument,
    });
});
