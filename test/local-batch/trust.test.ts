import { chmodSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { startLocalBatch } from "../../src/local-batch/index.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { addIdleJob } from "./rest/pool-and-job.js";
import { sendBatchRequest } from "./support/send-batch-request.js";
import { startTestBatch } from "./support/start-test-batch.js";

it("creates its folder for this user only, and rejects one that others can write to", async () => {
  const folder = join(createTemporaryFolder(), "service");
  const service = await startLocalBatch({ folder });
  await service.close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  chmodSync(folder, 0o777);
  await expect(startLocalBatch({ folder })).rejects.toMatchObject({ code: "UnsafePath" });
});

it("rejects a key that others can read", async () => {
  const folder = createTemporaryFolder();
  await (await startLocalBatch({ folder })).close();
  chmodSync(join(folder, "account-key"), 0o644);
  await expect(startLocalBatch({ folder })).rejects.toMatchObject({ code: "UnsafePath" });
});

it("rejects requests that were signed before it was restarted", async () => {
  const folder = createTemporaryFolder();
  await (await startLocalBatch({ folder })).close();
  const before = new Date();
  const service = await startTestBatch({ folder });
  const kept = await sendBatchRequest(service, "GET", "/pools", { date: before });
  expect(kept).toMatchObject({ status: 403, body: { code: "AuthenticationFailed" } });
  expect((await sendBatchRequest(service, "GET", "/pools")).status).toBe(200);
});

it("accepts two requests of one second whose signatures are the same, as clients send them", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  const date = new Date();
  for (const id of ["one", "two"]) {
    const body = { id, commandLine: "true" };
    const added = await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body, date });
    expect(added.status).toBe(201);
  }
});

it("rejects deeply nested bodies, and continues", async () => {
  const service = await startTestBatch();
  const body = (depth: number): string =>
    `{"id":"pool","vmSize":"a","virtualMachineConfiguration":{},"resourceTags":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  const deep = await sendBatchRequest(service, "POST", "/pools", { body: body(5_000) });
  expect(deep).toMatchObject({ status: 400, body: { code: "InvalidRequestBody" } });
  expect((await sendBatchRequest(service, "GET", "/pools")).body.value).toEqual([]);
});

it("accepts a folder that others can only read", async () => {
  const folder = join(createTemporaryFolder(), "open");
  mkdirSync(folder, { mode: 0o755 });
  const service = await startTestBatch({ folder });
  expect((await sendBatchRequest(service, "GET", "/pools")).status).toBe(200);
});
