import { expect, it } from "vitest";

import { type LocalBatch, startLocalBatch } from "../../../src/local-batch/index.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { contractVersions } from "../contract/contract.js";
import { poolBody } from "../rest/pool-and-job.js";
import {
  type BatchRequestOptions,
  sendBatchRequest,
  type BatchResponse,
} from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";

const minuteInMs = 60_000;
const path = "/jobschedules/nightly";

async function schedules(
  times: Record<string, unknown>,
  specification: Record<string, unknown> = {},
): Promise<LocalBatch> {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  const body = {
    id: "nightly",
    schedule: times,
    jobSpecification: { poolInfo: { poolId: "pool" }, ...specification },
  };
  const { status, text } = await sendBatchRequest(service, "POST", "/jobschedules", { body });
  expect([status, text]).toEqual([201, ""]);
  return service;
}

async function read(service: LocalBatch, of: string): Promise<Record<string, unknown>> {
  return (await sendBatchRequest(service, "GET", of)).body;
}

async function jobsOf(service: LocalBatch): Promise<unknown> {
  const { value = [] } = (await sendBatchRequest(service, "GET", `${path}/jobs`)).body;
  return value.map(({ id, state }) => [id, state]);
}

async function recentJob(service: LocalBatch): Promise<unknown> {
  const { executionInfo } = await read(service, path);
  return (executionInfo as { readonly recentJob?: { readonly id: string } }).recentJob?.id;
}

it("creates one job at its time, and is completed when the job has ended", async () => {
  const service = await schedules({ doNotRunUntil: "2099-01-01T00:00:00.000Z" });
  expect(await read(service, path)).toMatchObject({
    state: "active",
    schedule: { doNotRunUntil: "2099-01-01T00:00:00Z" },
    jobSpecification: { priority: 0, onAllTasksComplete: "noaction", usesTaskDependencies: false },
    executionInfo: { nextRunTime: "2099-01-01T00:00:00.000Z" },
  });
  await service.clock.advance(Date.parse("2098-12-31T23:59:00Z") - service.clock.now().getTime());
  expect(await jobsOf(service)).toEqual([]);
  await service.clock.advance(minuteInMs);
  expect(await jobsOf(service)).toEqual([["nightly:job-1", "active"]]);
  expect((await read(service, path))["executionInfo"]).toEqual({
    recentJob: { id: "nightly:job-1", url: `${service.endpoint}/jobs/nightly:job-1` },
  });
  await sendBatchRequest(service, "POST", "/jobs/nightly:job-1/terminate");
  await expectEventually(async () => (await read(service, path))["state"], "completed");
  expect(await read(service, path)).toMatchObject({
    previousState: "active",
    executionInfo: { endTime: expect.stringMatching(/^2099-01-01T00:/) as string },
  });
});

it("creates a job for each interval, with a job manager in a folder below the schedule's", async () => {
  const service = await schedules(
    { recurrenceInterval: "PT1H" },
    {
      jobManagerTask: { id: "manager", commandLine: "/bin/sh -c 'echo $AZ_BATCH_JOB_ID $AZ_BATCH_TASK_DIR'" },
    },
  );
  const stateOf = async (id: string): Promise<unknown> => (await read(service, `/jobs/${id}`))["state"];
  await expectEventually(async () => stateOf("nightly:job-1"), "completed");
  await service.clock.advance(60 * minuteInMs);
  await expectEventually(async () => stateOf("nightly:job-2"), "completed");
  expect(await recentJob(service)).toBe("nightly:job-2");
  const task = "/jobs/nightly%3Ajob-2/tasks/manager";
  expect((await read(service, task))["nodeInfo"]).toMatchObject({
    taskRootDirectory: "workitems/nightly/job-2/manager",
  });
  const output = (await sendBatchRequest(service, "GET", `${task}/files/stdout.txt`)).text;
  expect(output).toMatch(/^nightly:job-2 .*\/workitems\/nightly\/job-2\/manager\n$/);
});

it("has at most one active job, and skips the times while it runs", async () => {
  const service = await schedules({ recurrenceInterval: "PT10M", startWindow: "PT2M" });
  await expectEventually(async () => jobsOf(service), [["nightly:job-1", "active"]]);
  await service.clock.advance(25 * minuteInMs);
  expect(await jobsOf(service)).toHaveLength(1);
  await sendBatchRequest(service, "POST", "/jobs/nightly:job-1/terminate");
  await expectEventually(async () => jobsOf(service), [["nightly:job-1", "completed"]]);
  await service.clock.advance(4 * minuteInMs);
  expect(await jobsOf(service)).toHaveLength(1);
  await service.clock.advance(minuteInMs);
  await expectEventually(async () => recentJob(service), "nightly:job-2");
});

it("creates no job while it is disabled or after its end", async () => {
  const service = await schedules({ recurrenceInterval: "PT10M", doNotRunAfter: "2099-01-01T00:00:00Z" });
  await expectEventually(async () => recentJob(service), "nightly:job-1");
  await sendBatchRequest(service, "POST", "/jobs/nightly:job-1/terminate");
  await expectEventually(async () => jobsOf(service), [["nightly:job-1", "completed"]]);
  const disabled = await sendBatchRequest(service, "POST", `${path}/disable`);
  expect([disabled.status, disabled.headers.get("dataserviceid")]).toEqual([
    204,
    `${service.endpoint}${path}/disable`,
  ]);
  await service.clock.advance(60 * minuteInMs);
  expect(await recentJob(service)).toBe("nightly:job-1");
  expect((await sendBatchRequest(service, "POST", `${path}/enable`)).status).toBe(204);
  await expectEventually(async () => recentJob(service), "nightly:job-2");
  await sendBatchRequest(service, "POST", "/jobs/nightly:job-2/terminate");
  await service.clock.advance(Date.parse("2099-01-01T00:00:00Z") - service.clock.now().getTime());
  await expectEventually(async () => (await read(service, path))["state"], "active");
  const last = (await recentJob(service)) as string;
  await sendBatchRequest(service, "POST", `/jobs/${last}/terminate`);
  await expectEventually(async () => (await read(service, path))["state"], "completed");
});

it("terminates its job when it is terminated, with a reason", async () => {
  const service = await schedules({ recurrenceInterval: "PT10M" });
  await expectEventually(async () => recentJob(service), "nightly:job-1");
  expect((await sendBatchRequest(service, "POST", `${path}/terminate`)).status).toBe(202);
  await expectEventually(async () => (await read(service, path))["state"], "completed");
  expect((await read(service, "/jobs/nightly:job-1"))["executionInfo"]).toMatchObject({
    terminateReason: "TerminateJobSchedule",
  });
  for (const operation of ["terminate", "disable", "enable"])
    expect((await sendBatchRequest(service, "POST", `${path}/${operation}`)).body.code).toBe(
      "JobScheduleCompleted",
    );
});

it("deletes its jobs when it is deleted", async () => {
  const service = await schedules({ recurrenceInterval: "PT10M" });
  await expectEventually(async () => recentJob(service), "nightly:job-1");
  expect((await sendBatchRequest(service, "DELETE", path)).status).toBe(202);
  await expectEventually(async () => (await sendBatchRequest(service, "HEAD", path)).status, 404);
  expect((await sendBatchRequest(service, "GET", "/jobs/nightly:job-1")).body.code).toBe("JobNotFound");
});

it("PATCH changes the given properties, PUT also resets the others; existing jobs do not change", async () => {
  const service = await schedules({ doNotRunUntil: "2099-01-01T00:00:00Z", startWindow: "PT6M" });
  const specification = { priority: 7, poolInfo: { poolId: "pool" } };
  await sendBatchRequest(service, "PATCH", path, {
    body: { jobSpecification: specification, metadata: [{ name: "a", value: "b" }] },
  });
  expect(await read(service, path)).toMatchObject({
    schedule: { startWindow: "PT6M" },
    jobSpecification: { priority: 7, onTaskFailure: "noaction" },
    metadata: [{ name: "a", value: "b" }],
  });
  const whole = await read(service, path);
  const { metadata: _, "odata.metadata": _odata, ...kept } = whole;
  // A client of the TypeSpec generation sends back what it has read.
  const update = { apiVersion: "2025-06-01", body: { ...kept, schedule: { recurrenceInterval: "PT3H" } } };
  expect((await sendBatchRequest(service, "PUT", path, update)).status).toBe(200);
  await expectEventually(async () => recentJob(service), "nightly:job-1");
  expect(await read(service, path)).not.toHaveProperty("metadata");
  const job = await read(service, "/jobs/nightly:job-1");
  expect(job).toMatchObject({ id: "nightly:job-1", priority: 7 });
  const { eTag } = whole as { readonly eTag: string };
  expect(
    (await sendBatchRequest(service, "PATCH", path, { body: {}, headers: { "if-match": eTag } })).status,
  ).toBe(412);
});

it("continues after a restart of the service, with the same numbers", async () => {
  const folder = createTemporaryFolder();
  const first = await startLocalBatch({ folder });
  await sendBatchRequest(first, "POST", "/pools", { body: poolBody("pool", 0) });
  await sendBatchRequest(first, "POST", "/jobschedules", {
    body: {
      id: "nightly",
      schedule: { recurrenceInterval: "PT10M" },
      jobSpecification: { poolInfo: { poolId: "pool" } },
    },
  });
  await expectEventually(async () => recentJob(first), "nightly:job-1");
  await first.close();
  const second = await startTestBatch({ folder });
  await sendBatchRequest(second, "POST", "/jobs/nightly:job-1/terminate");
  await second.clock.advance(10 * minuteInMs);
  await expectEventually(async () => recentJob(second), "nightly:job-2");
});

it.each<[string, Record<string, unknown>, string]>([
  ["a window of less than a minute", { schedule: { startWindow: "PT59S" } }, "InvalidPropertyValue"],
  ["an interval of less than a minute", { schedule: { recurrenceInterval: "PT1S" } }, "InvalidPropertyValue"],
  ["a time that is none", { schedule: { doNotRunUntil: "tomorrow" } }, "InvalidPropertyValue"],
  ["no specification", { schedule: {}, jobSpecification: null }, "MissingRequiredProperty"],
  ["the id of a job", { id: "film" }, "JobWithSameIdExists"],
  ["the id of a schedule", { id: "NIGHTLY" }, "JobScheduleExists"],
])("rejects %s", async (_, changes, code) => {
  const service = await schedules({});
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  const body = { id: "other", schedule: {}, jobSpecification: { poolInfo: { poolId: "pool" } }, ...changes };
  expect((await sendBatchRequest(service, "POST", "/jobschedules", { body })).body.code).toBe(code);
});

it("rejects a job with the id of a schedule, and requests for a missing schedule", async () => {
  const service = await schedules({});
  const job = await sendBatchRequest(service, "POST", "/jobs", {
    body: { id: "nightly", poolInfo: { poolId: "pool" } },
  });
  expect(job.body.code).toBe("JobScheduleWithSameIdExists");
  expect((await sendBatchRequest(service, "GET", "/jobschedules/none")).body.code).toBe(
    "JobScheduleNotFound",
  );
});

it.each(contractVersions)("implements every operation of %s", async (apiVersion) => {
  const service = await startTestBatch();
  const ask = async (
    method: string,
    of: string,
    options: BatchRequestOptions = {},
  ): Promise<BatchResponse> => {
    const response = await sendBatchRequest(service, method, of, { apiVersion, ...options });
    expect([method, of, response.status < 300]).toEqual([method, of, true]);
    return response;
  };
  await ask("POST", "/pools", { body: poolBody("pool", 0) });
  const specification = { poolInfo: { poolId: "pool" }, constraints: { maxWallClockTime: "PT1H" } };
  const body = { id: "nightly", schedule: { recurrenceInterval: "PT1H" }, jobSpecification: specification };
  await ask("POST", "/jobschedules", { body });
  await expectEventually(async () => recentJob(service), "nightly:job-1");
  await ask("GET", "/jobschedules", { query: { $filter: "state eq 'active'", $select: "id,state" } });
  await ask("HEAD", path);
  await ask("GET", path);
  await ask("GET", `${path}/jobs`);
  await ask("PATCH", path, { body: { schedule: { startWindow: "PT1H", recurrenceInterval: "PT3H" } } });
  await ask("PUT", path, {
    body: { schedule: { recurrenceInterval: "PT2H" }, jobSpecification: specification },
  });
  await ask("POST", `${path}/disable`);
  await ask("POST", `${path}/enable`);
  await ask("POST", `${path}/terminate`);
  await ask("DELETE", path);
});
