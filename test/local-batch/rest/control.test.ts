import { expect, it } from "vitest";

import { type BatchRequestOptions, sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { addIdleJob, poolBody } from "./pool-and-job.js";

type Service = Awaited<ReturnType<typeof startTestBatch>>;

async function control(service: Service, path: string, body?: unknown, options: BatchRequestOptions = {}) {
  const request = { apiVersion: "", ...options, ...(body !== undefined && { body }) };
  return sendBatchRequest(service, "POST", `/local-batch/${path}`, request);
}

it("advances the clock over HTTP, one call after the other", async () => {
  const service = await startTestBatch();
  const before = service.clock.now().getTime();
  const day = 24 * 3_600_000;
  const answers = await Promise.all(
    [day, day].map((durationInMs) => control(service, "clock/advance", { durationInMs })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(service.clock.now().getTime() - before).toBeGreaterThanOrEqual(2 * day);
  const { body } = await sendBatchRequest(service, "GET", "/local-batch/clock", { apiVersion: "" });
  expect(Date.parse(String(body["now"])) - before).toBeGreaterThanOrEqual(2 * day);
});

it("sets faults over HTTP, and clears them", async () => {
  const service = await startTestBatch();
  const refuse = { count: 2, method: "GET", pathPrefix: "/jobs", retryAfterInSeconds: 3 };
  expect((await control(service, "faults/refuserequests", refuse)).status).toBe(204);
  expect((await sendBatchRequest(service, "GET", "/pools")).status).toBe(200);
  const refused = await sendBatchRequest(service, "GET", "/jobs");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "3"]);
  expect((await control(service, "faults/quotas", { pools: 0 })).status).toBe(204);
  const overQuota = await sendBatchRequest(service, "POST", "/pools", { body: poolBody("p", 0) });
  expect(overQuota.body.code).toBe("PoolQuotaReached");
  const cleared = await sendBatchRequest(service, "DELETE", "/local-batch/faults", { apiVersion: "" });
  expect(cleared.status).toBe(204);
  expect((await sendBatchRequest(service, "GET", "/jobs")).status).toBe(200);
  expect((await sendBatchRequest(service, "POST", "/pools", { body: poolBody("p", 0) })).status).toBe(201);
});

it("fails a task before it is scheduled, as set over HTTP", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  await control(service, "faults/failscheduling", { jobId: "film", taskId: "t", reason: "no such luck" });
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body: { id: "t", commandLine: "true" } });
  await sendBatchRequest(service, "POST", "/pools/empty/resize", { body: { targetDedicatedNodes: 1 } });
  const read = async (): Promise<unknown> =>
    (await sendBatchRequest(service, "GET", "/jobs/film/tasks/t")).body;
  await expect.poll(read).toMatchObject({
    state: "completed",
    executionInfo: { failureInfo: { details: [{ name: "Message", value: "no such luck" }] } },
  });
});

it("rejects unsigned and invalid requests", async () => {
  const service = await startTestBatch();
  const otherKey = { accountKey: Buffer.from("another").toString("base64") };
  expect((await control(service, "clock/advance", { durationInMs: 1 }, otherKey)).status).toBe(403);
  expect((await control(service, "clock/advance", { durationInMs: -1 })).status).toBe(400);
  expect((await control(service, "clock/advance", { durationInMs: 1e300 })).status).toBe(400);
  expect((await control(service, "faults/refuserequests", { count: 0 })).status).toBe(400);
  expect((await control(service, "faults/refuserequests", { code: "Unheard" })).status).toBe(400);
  expect((await control(service, "faults/unheard", {})).body.code).toBe("InvalidUri");
});
