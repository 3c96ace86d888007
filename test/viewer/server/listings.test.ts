import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { JobItem, OutputItem, Tally, TaskItem } from "../../../src/viewer/protocol/index.js";
import { makeGate } from "../../support/faults.js";
import { faultAlways } from "../../support/output-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { readFailureCode, readItems, logName, readMessages, setUpViewer } from "./support/viewer-fixture.js";
import { testOnFlat } from "../../support/account-kind.js";

test("jobs are listed with their original ids", async () => {
  const { ask, jobId, container } = await setUpViewer();
  const jobs = await readItems<JobItem>(await ask("api/jobs"));
  const own = jobs.find((job) => job.container === container);
  expect(own).toMatchObject({ container, jobId });
  expect(new Date(own?.lastModified ?? "").toISOString()).toBe(own?.lastModified);
});

test("a task is one row of kinds, counts, sizes and latest change; job outputs count only in the totals", async () => {
  const { ask, container, put } = await setUpViewer();
  await put("$JobOutput/film.webp", "12345");
  await put("t1/$TaskLog/stdout.txt", "123");
  await put("t1/$TaskOutput/a", "1");
  await put("t1/$TaskOutput/b/c", "22");
  await put("t2/$own kind/x", "");
  await put("stray.txt", "is no output");
  const messages = await readMessages<TaskItem, Tally>(await ask(`api/jobs/${container}/tasks`));
  const items = messages.flatMap((message) => ("item" in message ? [message.item] : []));
  expect(items).toEqual([
    {
      taskId: "t1",
      kinds: [
        { kind: "TaskLog", count: 1, bytes: 3 },
        { kind: "TaskOutput", count: 2, bytes: 3 },
      ],
      count: 3,
      bytes: 6,
      lastModified: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      attempts: 1,
    },
    expect.objectContaining({ taskId: "t2", kinds: [{ kind: "own kind", count: 1, bytes: 0 }], count: 1 }),
  ]);
  expect(messages).toContainEqual({
    progress: { count: 5, bytes: 11, taskCount: 2, lastModified: expect.stringMatching(/Z$/) as string },
  });
  expect(messages.at(-1)).toEqual({ end: true });
});

test("the totals of a job can be requested without its tasks", async () => {
  const { ask, container, put } = await setUpViewer();
  await put("t1/$TaskOutput/a", "1");
  const messages = await readMessages(await ask(`api/jobs/${container}/tasks?tally`));
  expect(messages).toEqual([
    { progress: { count: 1, bytes: 1, taskCount: 1, lastModified: expect.stringMatching(/Z$/) as string } },
    { end: true },
  ]);
});

test("a task of many outputs is one row across all pages of the listing", async () => {
  const { ask, container, put } = await setUpViewer();
  for (let index = 0; index < 5; index += 1)
    await Promise.all(Array.from({ length: 60 }, (_, n) => put(`t1/$TaskOutput/${index * 60 + n}`, "x")));
  await put("t2/$TaskOutput/x", "x");
  const [first, second, ...others] = await readItems<TaskItem>(await ask(`api/jobs/${container}/tasks`));
  expect(first).toMatchObject({ taskId: "t1", count: 300, bytes: 300 });
  expect(second).toMatchObject({ taskId: "t2", count: 1 });
  expect(others).toEqual([]);
});

test("outputs of the job and of a task are listed separately, with all properties of the listing", async () => {
  const { ask, container, put, client, jobId } = await setUpViewer();
  await put("$JobPreview/still.png", "png", "image/png");
  await client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "hello", "a/b.txt");
  const [preview] = await readItems<OutputItem>(await ask(`api/jobs/${container}/outputs`));
  expect(preview).toMatchObject({ kind: "JobPreview", path: "still.png", size: 3, contentType: "image/png" });
  expect(preview).not.toHaveProperty("taskId");
  const items = await readItems<OutputItem>(await ask(`api/jobs/${container}/tasks/t1/outputs`));
  expect(items).toEqual([
    {
      container,
      blobName: "t1/$TaskOutput/a/b.txt",
      taskId: "t1",
      kind: "TaskOutput",
      path: "a/b.txt",
      size: 5,
      lastModified: expect.any(String) as string,
      contentType: "text/plain; charset=utf-8",
      etag: expect.stringMatching(/^".+"$/) as string,
      contentMD5: "XUFAKrxLKna5cZ2REBfFkg==",
    },
  ]);
});

test("a tracked log has its attempt number, and keeps its ETag while it grows", async () => {
  const { ask, container, client, jobId, stored } = await setUpViewer();
  const task = client.getTaskOutputStorage(jobId, "t1");
  const path = join(createTemporaryFolder(), "stdout.txt");
  writeFileSync(path, "one\n");
  const tracked = await task.saveTracked("TaskLog", path, {
    destinationPath: "stdout.txt",
    flushIntervalInMs: 3_600_000,
  });
  await tracked.flush();
  const list = async (): Promise<OutputItem[]> =>
    await readItems<OutputItem>(await ask(`api/jobs/${container}/tasks/t1/outputs`));
  const [before] = await list();
  expect(before).toMatchObject({
    size: 4,
    log: { path: "stdout.txt", part: 1, isContinued: false },
  });
  appendFileSync(path, "two\n");
  await tracked.close();
  const [after] = await list();
  expect(after?.size).toBe(8);
  expect(after?.etag).toBe(before?.etag);
  expect(after?.log?.finishedAt).toBeDefined();
  expect((await stored.getBlobClient(logName).getProperties()).contentLength).toBe(8);
});

test("hostile names of other writers are listed unchanged", async () => {
  const { ask, container, put } = await setUpViewer();
  const names = ["<img src=x onerror=alert(1)>", 'a"b', "a//b", "\u202egnp.exe", "a.", "'quotes'"];
  for (const name of names) await put(`t1/$TaskOutput/${name}`, "x");
  const items = await readItems<OutputItem>(await ask(`api/jobs/${container}/tasks/t1/outputs`));
  expect(items.map(({ path }) => path).sort()).toEqual([...names].sort());
});

test("a missing job is an error message of the stream, with its code", async () => {
  const { ask } = await setUpViewer();
  const [message, ...others] = await readMessages(await ask("api/jobs/job-not-there/tasks"));
  expect(others).toEqual([]);
  expect(message).toMatchObject({ failed: { code: "ContainerNotPrepared" } });
});

test("no error response contains a key, a SAS or a stack", async () => {
  const { ask, container, proxy } = await setUpViewer(
    {},
    faultAlways("ListBlobs", { kind: "answer", status: 403, code: "AuthenticationFailed" }),
  );
  const text = await (await ask(`api/jobs/${container}/tasks`)).text();
  expect(text).toContain('"failed"');
  expect(text).not.toMatch(/sig=|AccountKey|SharedKey|\bat .*\.(?:js|ts):\d+|Eby8vdM0/);
  proxy.onRequest = faultAlways("ListBlobs", { kind: "answer", status: 400, code: "OutOfRangeInput" });
  const [refused] = await readMessages(await ask(`api/jobs/${container}/tasks`));
  expect(refused).toMatchObject({ failed: { code: "RequestRefused" } });
});

test("an invalid task id is a bad request", async () => {
  const { ask, container } = await setUpViewer();
  expect(await readFailureCode(await ask(`api/jobs/${container}/tasks/a%20b/outputs`))).toBe(
    "400 BadRequest",
  );
});

testOnFlat("pages")(
  "the first rows come with the first page of the listing, and whoever leaves stops it",
  async () => {
    const gate = makeGate();
    const { ask, container, put, proxy } = await setUpViewer();
    await Promise.all(Array.from({ length: 260 }, (_, n) => put(`t${n}/$TaskOutput/x`, "x")));
    let listings = 0;
    const aborted = new AbortController();
    proxy.onRequest = (info) => {
      if (info.operation !== "ListBlobs") return undefined;
      listings += 1;
      return listings === 1 ? undefined : { kind: "delay-answer", until: gate.opened };
    };
    const response = await ask(`api/jobs/${container}/tasks`, { signal: aborted.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    const first = Buffer.from(value ?? []).toString();
    expect(first.split("\n").filter((line) => line.startsWith('{"item"'))).toHaveLength(199);
    expect(listings).toBe(1);
    const second = reader.read();
    await proxy.waitForRequest((exchange) => exchange.operation === "ListBlobs" && exchange.nth === 2);
    await reader.cancel();
    expect((await second).done).toBe(true);
    gate.open();
    await proxy.waitUntilIdle();
    expect(listings).toBe(2);
  },
);
