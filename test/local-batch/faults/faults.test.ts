import { expect, it } from "vitest";

import type { LocalBatch } from "../../../src/local-batch/index.js";
import { addIdleJob, poolBody, runTask } from "../rest/pool-and-job.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";

async function read(service: LocalBatch, path: string): Promise<Record<string, unknown>> {
  return (await sendBatchRequest(service, "GET", path)).body;
}

async function statusOf(service: LocalBatch, method: string, path: string): Promise<number> {
  return (await sendBatchRequest(service, method, path)).status;
}

it("rejects the given number of requests, and only matching ones", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  service.faults.refuseRequests({ count: 2, method: "get", pathPrefix: "/jobs", retryAfterInSeconds: 7 });
  expect(await statusOf(service, "GET", "/pools")).toBe(200);
  expect(await statusOf(service, "HEAD", "/pools/empty")).toBe(200);
  const refused = await sendBatchRequest(service, "GET", "/jobs/film");
  expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([
    503,
    "ServerBusy",
    "7",
  ]);
  expect(await statusOf(service, "GET", "/jobs")).toBe(503);
  expect(await statusOf(service, "GET", "/jobs")).toBe(200);
  service.faults.refuseRequests({ code: "OperationTimedOut" });
  expect(await statusOf(service, "GET", "/jobs")).toBe(500);
  service.faults.refuseRequests({ count: 100 });
  service.faults.clear();
  expect(await statusOf(service, "GET", "/jobs")).toBe(200);
});

it("rejects pools and jobs beyond the account's quota", async () => {
  const service = await startTestBatch();
  service.faults.setQuotas({ pools: 1, activeJobsAndSchedules: 1 });
  await addIdleJob(service);
  const code = async (path: string, body: unknown): Promise<unknown> =>
    (await sendBatchRequest(service, "POST", path, { body })).body.code;
  expect(await code("/pools", poolBody("second", 0))).toBe("PoolQuotaReached");
  const poolInfo = { poolId: "empty" };
  expect(await code("/jobs", { id: "second", poolInfo })).toBe("ActiveJobAndScheduleQuotaReached");
  const schedule = { id: "nightly", schedule: {}, jobSpecification: { poolInfo } };
  expect(await code("/jobschedules", schedule)).toBe("ActiveJobAndScheduleQuotaReached");
  await sendBatchRequest(service, "POST", "/jobs/film/terminate");
  await expectEventually(async () => (await read(service, "/jobs/film"))["state"], "completed");
  expect(
    (await sendBatchRequest(service, "POST", "/jobs", { body: { id: "second", poolInfo } })).status,
  ).toBe(201);
});

it("adds only as many nodes to a pool as the quota allows, and reports it", async () => {
  const service = await startTestBatch();
  service.faults.setQuotas({ dedicatedNodes: 2 });
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 3) });
  await expectEventually(
    async () => (await read(service, "/pools/pool"))["resizeErrors"],
    [{ code: "AccountCoreQuotaReached", message: "The specified account has reached core quota" }],
  );
  expect(await read(service, "/pools/pool")).toMatchObject({
    allocationState: "steady",
    currentDedicatedNodes: 2,
    targetDedicatedNodes: 3,
  });
  service.faults.clear();
  await sendBatchRequest(service, "POST", "/pools/pool/resize", { body: { targetDedicatedNodes: 3 } });
  await expectEventually(async () => (await read(service, "/pools/pool"))["currentDedicatedNodes"], 3);
  expect(await read(service, "/pools/pool")).not.toHaveProperty("resizeErrors");
});

it("delays the start of nodes by the service's clock", async () => {
  const service = await startTestBatch();
  service.faults.delayNodeStarts(600_000);
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  const states = async (): Promise<unknown> =>
    (await sendBatchRequest(service, "GET", "/pools/pool/nodes")).body.value?.map(({ state }) => state);
  await expectEventually(states, ["starting"]);
  await service.clock.advance(599_000);
  expect(await states()).toEqual(["starting"]);
  await service.clock.advance(2_000);
  await expectEventually(states, ["idle"]);
});

it("completes a task that cannot be scheduled with a failure; its next run succeeds", async () => {
  const service = await startTestBatch();
  service.faults.failScheduling("film", "task", "No room");
  await runTask(service, { commandLine: "/bin/true" });
  const { executionInfo } = await read(service, "/jobs/film/tasks/task");
  expect(executionInfo).toMatchObject({
    result: "failure",
    failureInfo: { code: "Unknown", details: [{ name: "Message", value: "No room" }] },
  });
  expect(executionInfo).not.toHaveProperty("exitCode");
  await sendBatchRequest(service, "POST", "/jobs/film/tasks/task/reactivate");
  await expectEventually(
    async () => (await read(service, "/jobs/film/tasks/task"))["executionInfo"],
    expect.objectContaining({ result: "success", exitCode: 0 }),
  );
});

it.each([0, 1.5, Number.NaN])("rejects a count of %d", async (count) => {
  const service = await startTestBatch();
  expect(() => {
    service.faults.refuseRequests({ count });
  }).toThrow("options.count must be");
});

it("rejects a negative delay or quota", async () => {
  const { faults } = await startTestBatch();
  expect(() => {
    faults.delayNodeStarts(-1);
  }).toThrow("durationInMs must be");
  expect(() => {
    faults.setQuotas({ pools: -1 });
  }).toThrow("quotas.pools must be");
});
