import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

import { BatchAccountClient, saveFromNode } from "../../src/batch/index.js";
import { forEachConcurrently } from "../../src/core/index.js";
import { type BatchFixture, setUpBatch } from "../support/batch-fixture.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { makeGate } from "../support/faults.js";
import { collectAll } from "../support/output-fixture.js";

/** Calls a method, and checks its result. */
type Use = (client: BatchAccountClient, fixture: BatchFixture) => Promise<void>;

const methods: Readonly<Record<string, Use>> = {
  async getJob(client, { jobId }) {
    expect((await client.getJob(jobId)).id).toBe(jobId);
  },
  async getTask(client, { jobId }) {
    expect((await client.getTask(jobId, "t1")).executionInfo?.exitCode).toBe(0);
  },
  async getTaskFileProperties(client, { jobId }) {
    expect((await client.getTaskFileProperties(jobId, "t1", "stdout.txt")).size).toBe(4);
  },
  async listJobs(client, { jobId }) {
    expect((await collectAll(client.listJobs())).map(({ id }) => id)).toEqual([jobId]);
  },
  async listTaskFiles(client, { jobId }) {
    const files = await collectAll(client.listTaskFiles(jobId, "t1"));
    expect(files.map(({ name }) => name)).toContain("stdout.txt");
  },
  async listTasks(client, { jobId }) {
    expect((await collectAll(client.listTasks(jobId))).map(({ id }) => id)).toEqual(["t1"]);
  },
  async openTaskFile(client, { jobId }) {
    expect(await text(await client.openTaskFile(jobId, "t1", "stdout.txt"))).toBe("out\n");
  },
};

const uses: Readonly<Record<string, Use>> = {
  ...methods,
  async saveFromNode(client, { storageOf }) {
    const options = { include: "std*.txt", overwrite: "always" } as const;
    const { savedCount, failedCount } = await saveFromNode(client, storageOf("t1"), options);
    expect({ savedCount, failedCount }).toEqual({ savedCount: 2, failedCount: 0 });
  },
};

/** Uses a client while one request, by its number, is never answered. Returns the number of requests. */
async function useSwallowing(use: Use, fixture: BatchFixture, nth: number): Promise<number> {
  const { endpoint, accountName, accountKey } = fixture.service;
  const never = makeGate();
  await using proxy = await startFaultProxy(endpoint);
  proxy.onRequest = ({ sequence }) =>
    sequence === nth ? { kind: "delay-answer", until: never.opened } : undefined;
  const client = new BatchAccountClient(
    proxy.endpoint,
    { name: accountName, key: accountKey },
    // On a busy machine other answers may be late, too.
    { progressTimeoutInMs: 1_000, retryOptions: { maxRetries: 20, retryDelayInMs: 1, maxRetryDelayInMs: 2 } },
  );
  await use(client, fixture);
  return proxy.exchanges.length;
}

test("each method of the client has a use here", () => {
  const described = Object.entries(Object.getOwnPropertyDescriptors(BatchAccountClient.prototype));
  const names = described
    .filter(([, { value }]) => typeof value === "function")
    .map(([name]) => name)
    .filter((name) => !["constructor", "toJSON"].includes(name));
  expect(Object.keys(methods).sort()).toEqual(names.sort());
});

test("every use of the Batch service succeeds although any one of its requests gets no response", async () => {
  const fixture = await setUpBatch();
  await fixture.addTask("t1", "echo out");
  await fixture.until("t1", "completed");
  const runs: (() => Promise<number>)[] = [];
  for (const use of Object.values(uses)) {
    const requests = await useSwallowing(use, fixture, 0);
    expect(requests).toBeGreaterThan(0);
    for (let nth = 1; nth <= requests; nth += 1) runs.push(() => useSwallowing(use, fixture, nth));
  }
  // Most of a run is the wait for the answer that never comes.
  await forEachConcurrently(runs, runs.length, async (run) => {
    await run();
  });
});
