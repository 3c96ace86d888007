import { chmodSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { startLocalBatch } from "../../src/local-batch/index.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { batchRequest } from "./support/batch-requests.js";
import { localBatch } from "./support/local-batch.js";

it("makes its folder for this user alone, and takes none that others can write to", async () => {
  const folder = join(temporaryFolder(), "service");
  const service = await startLocalBatch({ folder });
  await service.close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  chmodSync(folder, 0o777);
  await expect(startLocalBatch({ folder })).rejects.toMatchObject({ code: "UnsafePath" });
});

it("takes no key that others can read", async () => {
  const folder = temporaryFolder();
  await (await startLocalBatch({ folder })).close();
  chmodSync(join(folder, "account-key"), 0o644);
  await expect(startLocalBatch({ folder })).rejects.toMatchObject({ code: "UnsafePath" });
});

it("refuses requests that were signed before it was started again", async () => {
  const folder = temporaryFolder();
  await (await startLocalBatch({ folder })).close();
  const before = new Date();
  const service = await localBatch({ folder });
  const kept = await batchRequest(service, "GET", "/pools", { date: before });
  expect(kept).toMatchObject({ status: 403, body: { code: "AuthenticationFailed" } });
  expect((await batchRequest(service, "GET", "/pools")).status).toBe(200);
});

it("refuses bodies that are nested deeper than any needs, and goes on", async () => {
  const service = await localBatch();
  const body = (depth: number): string =>
    `{"id":"pool","vmSize":"a","virtualMachineConfiguration":{},"resourceTags":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  const deep = await batchRequest(service, "POST", "/pools", { body: body(5_000) });
  expect(deep).toMatchObject({ status: 400, body: { code: "InvalidRequestBody" } });
  expect((await batchRequest(service, "GET", "/pools")).body.value).toEqual([]);
});

it("takes a folder that others can only look into", async () => {
  const folder = join(temporaryFolder(), "open");
  mkdirSync(folder, { mode: 0o755 });
  const service = await localBatch({ folder });
  expect((await batchRequest(service, "GET", "/pools")).status).toBe(200);
});
