import { expect, test } from "vitest";
import { collectAll, setUpOutputs, prepareJob } from "../../support/output-fixture.js";
import { storeLogBlob } from "../support/stored-log.js";

const first = "t1/$TaskLog/app.log";
const second = "t1/$TaskLog/app.part-2.log";

test("a log of several blobs is one output with the total size, the latest time, and an ETag that changes as it grows", async () => {
  const { client, jobId, stored, proxy } = await setUpOutputs();
  await storeLogBlob(stored, first, "one ", { logId: "a", isContinued: true });
  await storeLogBlob(stored, second, "two", { logId: "a", part: 2, finishedAt: "2026-01-02T03:04:05.000Z" });
  const newest = await stored.getBlobClient(second).getProperties();

  const outputs = await collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs("TaskLog"));
  expect(outputs.map(({ filePath }) => filePath)).toEqual(["app.log"]);
  expect(outputs[0]).toMatchObject({ size: 7, lastModified: newest.lastModified, etag: newest.etag });
  expect(outputs[0]?.log?.finishedAt).toEqual(new Date("2026-01-02T03:04:05.000Z"));
  expect(proxy.exchanges.map(({ operation }) => operation)).toEqual([
    "ListBlobs",
    "GetBlobProperties",
    "GetBlobProperties",
  ]);
  expect(await outputs[0]?.getProperties()).toMatchObject({
    size: 7,
    lastModified: newest.lastModified,
    etag: newest.etag,
  });
});

test.each([
  ["belongs to another log", { logId: "b", part: 2 }, { logId: "a", isContinued: true }],
  ["is one that the log does not lead to", { logId: "a", part: 2 }, { logId: "a" }],
])("a blob with the name of a part that %s is an output of its own", async (_, part, beginning) => {
  const { client, jobId, stored } = await prepareJob();
  await storeLogBlob(stored, first, "one ", beginning);
  await storeLogBlob(stored, second, "other", part);
  const outputs = await collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs("TaskLog"));
  expect(outputs.map(({ filePath, size }) => [filePath, size])).toEqual([
    ["app.log", 4],
    ["app.part-2.log", 5],
  ]);
});

test("a part whose beginning was deleted is an output of its own, with what continues it", async () => {
  const { client, jobId, stored } = await prepareJob();
  await storeLogBlob(stored, second, "two", { logId: "a", part: 2, isContinued: true });
  await storeLogBlob(stored, "t1/$TaskLog/app.part-3.log", "three", { logId: "a", part: 3 });
  const outputs = await collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs("TaskLog"));
  expect(outputs.map(({ filePath }) => filePath)).toContain("app.part-2.log");
  expect(outputs[0]?.size).toBe(8);
});
