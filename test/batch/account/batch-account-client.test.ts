import { buffer, text } from "node:stream/consumers";
import { expect, it } from "vitest";

import { BatchAccountClient } from "../../../src/batch/index.js";
import { setUpBatch } from "../../support/batch-fixture.js";
import { captureOurError } from "../../support/capture-error.js";

async function all<T>(listing: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of listing) items.push(item);
  return items;
}

it("reads jobs and tasks: states, exit codes, failures and nodes", async () => {
  const { client, jobId, ...fixture } = await setUpBatch();
  await fixture.addTask("good", "true");
  await fixture.addTask("bad", "exit 3");
  await fixture.until("good", "completed");
  await fixture.until("bad", "completed");
  expect(await client.getJob(jobId)).toMatchObject({
    id: jobId,
    url: `${client.endpoint}/jobs/${jobId}`,
    state: "active",
    executionInfo: { poolId: "pool" },
  });
  expect(await all(client.listJobs({ select: "state" }))).toMatchObject([{ id: jobId, state: "active" }]);
  expect(await client.getTask(jobId, "bad")).toMatchObject({
    ...{ id: "bad", url: `${client.endpoint}/jobs/${jobId}/tasks/bad`, state: "completed" },
    executionInfo: {
      ...{ exitCode: 3, result: "failure", retryCount: 0, requeueCount: 0 },
      failureInfo: { category: "UserError", code: "FailureExitCode" },
    },
    nodeInfo: { poolId: "pool" },
  });
  const failed = "state eq 'completed' and executionInfo/result eq 'failure'";
  expect((await all(client.listTasks(jobId, { filter: failed }))).map(({ id }) => id)).toEqual(["bad"]);
  expect(fixture.outputs.getTaskOutputStorage(await client.getTask(jobId, "bad"))).toMatchObject({
    ...{ jobId, taskId: "bad" },
  });
});

it("lists page by page, and continues from a continuation token", async () => {
  const { client, jobId, addTask } = await setUpBatch({ nodes: 0 });
  for (const id of ["a", "b", "c"]) await addTask(id, "true");
  const pages = client.listTasks(jobId).byPage({ maxPageSize: 2 });
  const first = (await pages.next()).value as { id: string }[] & { continuationToken?: string };
  expect(first.map(({ id }) => id)).toEqual(["a", "b"]);
  const rest = client.listTasks(jobId).byPage({ continuationToken: first.continuationToken ?? "" });
  expect((await all(rest)).flat().map(({ id }) => id)).toEqual(["c"]);
  expect((await all(client.listTasks(jobId, { select: "id" }))).map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

it("reads files on the node, in ranges, with any characters in their names", async () => {
  const { client, jobId, ...fixture } = await setUpBatch();
  const name = "a b+c%20é#&=.txt";
  await fixture.addTask("t1", `mkdir deep; printf 0123456789 > "deep/${name}"`);
  await fixture.until("t1", "completed");
  const path = `wd/deep/${name}`;
  const names = (await all(client.listTaskFiles(jobId, "t1", { recursive: true }))).map((file) => file.name);
  expect(names).toEqual(expect.arrayContaining(["stdout.txt", "wd", "wd/deep", path]));
  expect((await all(client.listTaskFiles(jobId, "t1"))).map((file) => file.name)).not.toContain(path);
  expect(await client.getTaskFileProperties(jobId, "t1", path)).toMatchObject({
    ...{ name: path, isDirectory: false, size: 10 },
  });
  expect(await client.getTaskFileProperties(jobId, "t1", "wd")).toMatchObject({ isDirectory: true });
  const read = async (offset?: number, count?: number): Promise<string> =>
    await text(await client.openTaskFile(jobId, "t1", path, { offset, count }));
  expect(await read()).toBe("0123456789");
  expect(await read(3, 4)).toBe("3456");
  expect(await read(8)).toBe("89");
  expect(await read(8, 100)).toBe("89");
  expect(await read(10)).toBe("");
  expect(await read(0, 0)).toBe("");
  expect(await buffer(await client.openTaskFile(jobId, "t1", "stdout.txt"))).toHaveLength(0);
});

it("explains missing jobs, tasks and files", async () => {
  const { client, jobId, ...fixture } = await setUpBatch();
  await captureOurError(client.getJob("no-such-job"), "JobNotFound");
  await captureOurError(client.getTask(jobId, "no-such-task"), "TaskNotFound");
  await fixture.addTask("t1", "true");
  const { nodeInfo } = await fixture.until("t1", "completed");
  const missing = await captureOurError(client.openTaskFile(jobId, "t1", "wd/none"), "NodeFileNotFound");
  expect(missing.cause).toMatchObject({ code: "FileNotFound", statusCode: 404 });
  await captureOurError(client.getTaskFileProperties(jobId, "t1", "wd/none"), "NodeFileNotFound");
  await fixture.service.preemptNode("pool", nodeInfo?.nodeId ?? "");
  const gone = await captureOurError(client.openTaskFile(jobId, "t1", "stdout.txt"), "NodeFilesGone");
  expect(gone.cause).toMatchObject({ code: "TaskFilesUnavailable", statusCode: 409 });
  await captureOurError(client.getTaskFileProperties(jobId, "t1", "stdout.txt"), "NodeFilesGone");
});

it("is rejected with another account's key", async () => {
  const { client, jobId } = await setUpBatch({ nodes: 0 });
  const key = Buffer.from("another key").toString("base64");
  const stranger = new BatchAccountClient(client.endpoint, { name: "localbatch", key });
  const error = await captureOurError(stranger.getJob(jobId), "NotAuthorized");
  expect(error.cause).toMatchObject({ statusCode: 403 });
});

it("rejects invalid arguments before any request", async () => {
  const client = new BatchAccountClient("https://a.westeurope.batch.azure.com", { name: "a", key: "a2V5" });
  await expect(client.getJob("a/b")).rejects.toThrow(/^job must/);
  await expect(client.getTask("j", "a/b")).rejects.toThrow(/^task must/);
  await expect(client.openTaskFile("j", "t", "")).rejects.toThrow(/^path must/);
  await expect(client.openTaskFile("j", "t", "..")).rejects.toThrow(/^path must/);
  await expect(client.openTaskFile("j", "t", "x", { offset: -1 })).rejects.toThrow(/^options\.offset/);
  expect(() => client.listTasks("a/b")).toThrow(/^job must/);
});
