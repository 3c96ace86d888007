import { expect, it } from "vitest";

import type { LocalBatch } from "../../../src/local-batch/index.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";
import { poolBody } from "./pool-and-job.js";

function autoPool(more: Record<string, unknown> = {}): Record<string, unknown> {
  const { id: _, ...pool } = poolBody("unused", 1);
  const autoPoolSpecification = {
    autoPoolIdPrefix: "film",
    poolLifetimeOption: "job",
    keepAlive: false,
    pool,
    ...more,
  };
  return { autoPoolSpecification };
}

async function read(service: LocalBatch, path: string): Promise<Record<string, unknown>> {
  return (await sendBatchRequest(service, "GET", path)).body;
}

async function poolOf(service: LocalBatch, jobId: string): Promise<string> {
  const seen = async (): Promise<unknown> =>
    ((await read(service, `/jobs/${jobId}`))["executionInfo"] as { poolId?: string }).poolId;
  await expectEventually(seen, expect.any(String));
  return (await seen()) as string;
}

const isThere = async (service: LocalBatch, poolId: string): Promise<boolean> =>
  (await sendBatchRequest(service, "HEAD", `/pools/${poolId}`)).status === 200;

it("creates a pool for a job, runs its tasks there, and deletes it when the job has ended", async () => {
  const service = await startTestBatch();
  const body = { id: "film", poolInfo: autoPool(), onAllTasksComplete: "noaction" };
  expect((await sendBatchRequest(service, "POST", "/jobs", { body })).status).toBe(201);
  const poolId = await poolOf(service, "film");
  expect(poolId).toMatch(/^film_[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  expect((await read(service, "/jobs/film"))["poolInfo"]).toMatchObject(autoPool());
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    body: { id: "task", commandLine: "/bin/true" },
  });
  await expectEventually(async () => (await read(service, "/jobs/film/tasks/task"))["state"], "completed");
  await sendBatchRequest(service, "POST", "/jobs/film/terminate");
  await expectEventually(async () => isThere(service, poolId), false);
  expect((await read(service, "/jobs/film"))["state"]).toBe("completed");
});

it("deletes the pool with its job unless keepAlive is set", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "goes", poolInfo: autoPool() } });
  await sendBatchRequest(service, "POST", "/jobs", {
    body: { id: "stays", poolInfo: autoPool({ keepAlive: true }) },
  });
  const [goes, stays] = [await poolOf(service, "goes"), await poolOf(service, "stays")];
  for (const id of ["goes", "stays"]) await sendBatchRequest(service, "DELETE", `/jobs/${id}`);
  await expectEventually(async () => isThere(service, goes), false);
  await expectEventually(async () => (await sendBatchRequest(service, "GET", "/jobs/stays")).status, 404);
  expect(await isThere(service, stays)).toBe(true);
});

it("creates one pool for all jobs of a schedule, and deletes it with the schedule", async () => {
  const service = await startTestBatch();
  const jobSpecification = { poolInfo: autoPool({ poolLifetimeOption: "jobSchedule" }) };
  const body = { id: "nightly", schedule: { recurrenceInterval: "PT1H" }, jobSpecification };
  expect((await sendBatchRequest(service, "POST", "/jobschedules", { body })).status).toBe(201);
  await expectEventually(
    async () => (await sendBatchRequest(service, "GET", "/jobs/nightly:job-1")).status,
    200,
  );
  const poolId = await poolOf(service, "nightly:job-1");
  await sendBatchRequest(service, "POST", "/jobs/nightly:job-1/terminate");
  await expectEventually(async () => (await read(service, "/jobs/nightly:job-1"))["state"], "completed");
  await service.clock.advance(3_600_000);
  expect(await poolOf(service, "nightly:job-2")).toBe(poolId);
  await sendBatchRequest(service, "POST", "/jobschedules/nightly/terminate");
  await expectEventually(async () => isThere(service, poolId), false);
});

it.each<[string, Record<string, unknown>]>([
  ["both a pool and a specification", { poolId: "pool", ...autoPool() }],
  ["neither", {}],
  ["a lifetime that only schedules have", autoPool({ poolLifetimeOption: "jobSchedule" })],
  ["a prefix of more than 20 characters", autoPool({ autoPoolIdPrefix: "x".repeat(21) })],
  ["a pool that will not do", autoPool({ pool: { vmSize: "standard_d2s_v3" } })],
])("rejects %s", async (_, poolInfo) => {
  const service = await startTestBatch();
  const { body } = await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo } });
  expect(body.code).toBe("InvalidPropertyValue");
});
