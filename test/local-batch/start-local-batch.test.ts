import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

import { startLocalBatch, type StartLocalBatchOptions } from "../../src/local-batch/index.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { poolBody } from "./rest/pool-and-job.js";
import { sendBatchRequest } from "./support/send-batch-request.js";
import { startTestBatch } from "./support/start-test-batch.js";
import { expectEventually } from "./support/wait.js";

it.each<[StartLocalBatchOptions, string]>([
  [{ port: -1 }, "options.port must be"],
  [{ port: 1.5 }, "options.port must be"],
  [{ folder: "" }, "options.folder must be"],
  [{ accountName: "a/b" }, "options.accountName must be"],
  [{ accountKey: "no base64" }, "options.accountKey must be"],
  [{ terminationGraceInMs: Number.NaN }, "options.terminationGraceInMs must be"],
])("names the invalid option: %j", async (options, message) => {
  await expect(startLocalBatch(options)).rejects.toThrow(message);
});

it("removes its temporary folder on close, and can be closed twice", async () => {
  const service = await startLocalBatch();
  expect(existsSync(service.folder)).toBe(true);
  await Promise.all([service.close(), service.close()]);
  await service.close();
  expect(existsSync(service.folder)).toBe(false);
  await expect(fetch(service.endpoint)).rejects.toThrow("fetch failed");
});

it("continues in its folder with the same key, which only its user can read", async () => {
  const folder = join(createTemporaryFolder(), "made/for/it");
  const first = await startLocalBatch({ folder });
  await sendBatchRequest(first, "POST", "/pools", { body: poolBody("pool", 1) });
  await expectEventually(
    async () => (await sendBatchRequest(first, "GET", "/pools/pool")).body["currentDedicatedNodes"],
    1,
  );
  const { accountKey } = first;
  expect((await stat(join(folder, "account-key"))).mode & 0o077).toBe(0);
  expect((await stat(join(folder, "state.jsonl"))).mode & 0o077).toBe(0);
  await expect(startLocalBatch({ folder })).rejects.toMatchObject({ code: "FolderInUse" });
  await first.close();

  const second = await startTestBatch({ folder });
  expect(second.accountKey).toBe(accountKey);
  expect((await sendBatchRequest(second, "GET", "/pools/pool")).body).toMatchObject({
    currentDedicatedNodes: 1,
  });
});

it("uses a given key and name, and reports a port in use without leaving a lock", async () => {
  const accountKey = Buffer.from("a key of one's own").toString("base64");
  const first = await startTestBatch({ accountName: "mine", accountKey });
  expect((await sendBatchRequest(first, "GET", "/pools")).status).toBe(200);
  const folder = createTemporaryFolder();
  const port = Number(new URL(first.endpoint).port);
  await expect(startLocalBatch({ folder, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  expect((await startTestBatch({ folder })).folder).toBe(folder);
});
