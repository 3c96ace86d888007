import { expect, it } from "vitest";

import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";
import { poolBody } from "./pool-and-job.js";

const oldest = "2016-02-01.3.0";

it("accepts and returns a pool in the shape of the requested version", async () => {
  const service = await startTestBatch();
  const { targetDedicatedNodes: _, ...body } = poolBody("pool", 0);
  const added = await sendBatchRequest(service, "POST", "/pools", {
    apiVersion: oldest,
    body: {
      ...body,
      targetDedicated: 0,
      maxTasksPerNode: 4,
      startTask: {
        commandLine: "true",
        runElevated: true,
        resourceFiles: [{ blobSource: "http://127.0.0.1:1/a", filePath: "a" }],
      },
    },
  });
  expect(added.status).toBe(201);
  const old = (await sendBatchRequest(service, "GET", "/pools/pool", { apiVersion: oldest })).body;
  expect(old).toMatchObject({
    targetDedicated: 0,
    currentDedicated: 0,
    maxTasksPerNode: 4,
    startTask: { runElevated: true, resourceFiles: [{ blobSource: "http://127.0.0.1:1/a" }] },
  });
  for (const name of ["targetDedicatedNodes", "targetLowPriorityNodes", "taskSlotsPerNode"])
    expect(old).not.toHaveProperty(name);
  const present = await sendBatchRequest(service, "GET", "/pools/pool", { apiVersion: "2022-10-01.16.0" });
  expect(present.body).toMatchObject({
    targetDedicatedNodes: 0,
    taskSlotsPerNode: 4,
    startTask: {
      userIdentity: { autoUser: { elevationLevel: "admin" } },
      resourceFiles: [{ httpUrl: "http://127.0.0.1:1/a" }],
    },
  });
});

it("selects and filters by the property names of the version", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 0) });
  const list = async (apiVersion: string, query: Record<string, string>): Promise<unknown> => {
    const { body } = await sendBatchRequest(service, "GET", "/pools", { apiVersion, query });
    return body.value ?? body.code;
  };
  expect(await list("2020-03-01.11.0", { $select: "id,maxTasksPerNode" })).toEqual([
    { id: "pool", maxTasksPerNode: 1 },
  ]);
  expect(await list(oldest, { $filter: "targetDedicated eq 0", $select: "id" })).toEqual([{ id: "pool" }]);
  expect(await list("2022-10-01.16.0", { $filter: "targetDedicated eq 0" })).toBe(
    "InvalidQueryParameterValue",
  );
});

it("shows a task's failure and task counts in the shape of the version", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    apiVersion: oldest,
    body: { id: "task", commandLine: "false" },
  });
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    apiVersion: oldest,
    body: { id: "no-command", commandLine: "no-such-program" },
  });
  const read = async (apiVersion: string): Promise<Record<string, unknown>> =>
    (await sendBatchRequest(service, "GET", "/jobs/film/tasks/task", { apiVersion })).body;
  await expectEventually(async () => (await read(oldest))["state"], "completed");
  const run = (await read(oldest))["executionInfo"];
  expect(run).toMatchObject({ exitCode: 1 });
  // What an exit code says was no scheduling error.
  for (const name of ["result", "failureInfo", "schedulingError"]) expect(run).not.toHaveProperty(name);
  const unlaunched = async (): Promise<Record<string, unknown>> =>
    (await sendBatchRequest(service, "GET", "/jobs/film/tasks/no-command", { apiVersion: oldest })).body;
  await expectEventually(async () => (await unlaunched())["state"], "completed");
  expect((await unlaunched())["executionInfo"]).toMatchObject({
    schedulingError: { category: "UserError", code: "CommandProgramNotFound" },
  });
  expect((await read("2022-10-01.16.0"))["executionInfo"]).toMatchObject({
    result: "failure",
    failureInfo: {
      category: "UserError",
      details: [{ name: "Message" }, { name: "AdditionalErrorCode", value: "FailureExitCode" }],
    },
  });
  const counts = async (apiVersion: string): Promise<unknown> =>
    (await sendBatchRequest(service, "GET", "/jobs/film/taskcounts", { apiVersion })).body;
  expect(await counts("2018-12-01.8.0")).toMatchObject({ active: 0, completed: 2, failed: 2 });
  expect(await counts("2018-03-01.6.1")).toMatchObject({ completed: 2, validationStatus: "Validated" });
  expect(await counts("2020-09-01.12.0")).toMatchObject({ taskCounts: { completed: 2, failed: 2 } });
});

it("waits for a start task by default from 2019-08-01.10.0 on", async () => {
  const service = await startTestBatch();
  const waits = async (id: string, apiVersion: string, name: string): Promise<unknown> => {
    const { targetDedicatedNodes: _, ...body } = poolBody(id, 0);
    await sendBatchRequest(service, "POST", "/pools", {
      apiVersion,
      body: { ...body, [name]: 0, startTask: { commandLine: "true" } },
    });
    const { startTask } = (await sendBatchRequest(service, "GET", `/pools/${id}`, { apiVersion })).body;
    return (startTask as { readonly waitForSuccess?: boolean }).waitForSuccess;
  };
  expect(await waits("old", oldest, "targetDedicated")).toBe(false);
  expect(await waits("newer", "2019-06-01.9.0", "targetDedicatedNodes")).toBe(false);
  expect(await waits("new", "2019-08-01.10.0", "targetDedicatedNodes")).toBe(true);
});

it("shows a schedule in older versions with its pool filled in, and certificates as the service writes them", async () => {
  const service = await startTestBatch();
  const added = await sendBatchRequest(service, "POST", "/jobschedules", {
    apiVersion: "2016-07-01.3.1",
    body: {
      id: "nightly",
      schedule: { doNotRunUntil: "2100-01-01T00:00:00Z" },
      jobSpecification: {
        poolInfo: {
          autoPoolSpecification: {
            poolLifetimeOption: "jobschedule",
            pool: {
              vmSize: "SMALL",
              cloudServiceConfiguration: { osFamily: "4" },
              targetDedicated: 2,
              certificateReferences: [
                { thumbprint: "00FF", thumbprintAlgorithm: "sha1", storeLocation: "localmachine" },
              ],
            },
          },
        },
      },
    },
  });
  expect(added.status).toBe(201);
  const { jobSpecification } = (
    await sendBatchRequest(service, "GET", "/jobschedules/nightly", { apiVersion: "2016-07-01.3.1" })
  ).body;
  for (const name of ["onAllTasksComplete", "onTaskFailure"])
    expect(jobSpecification).not.toHaveProperty(name);
  expect(jobSpecification).toMatchObject({
    poolInfo: {
      autoPoolSpecification: {
        keepAlive: false,
        pool: {
          vmSize: "small",
          maxTasksPerNode: 1,
          taskSchedulingPolicy: { nodeFillType: "Spread" },
          resizeTimeout: "PT15M",
          targetDedicated: 2,
          enableAutoScale: false,
          enableInterNodeCommunication: false,
          certificateReferences: [{ thumbprint: "00ff", storeLocation: "LocalMachine", storeName: "My" }],
          cloudServiceConfiguration: { osFamily: "4", targetOSVersion: "*" },
        },
      },
    },
  });
});

it("lists node agents only in versions before supported images", async () => {
  const service = await startTestBatch();
  const list = (apiVersion: string) => sendBatchRequest(service, "GET", "/nodeagentskus", { apiVersion });
  expect((await list("2018-12-01.8.0")).body.value).toContainEqual(
    expect.objectContaining({ id: "batch.node.debian 12", osType: "linux" }),
  );
  expect((await list("2019-06-01.9.0")).body.code).toBe("InvalidUri");
});

it("counts the network traffic of pools in versions before 2018-12-01.8.0", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  const read = async (apiVersion: string): Promise<unknown> =>
    (await sendBatchRequest(service, "GET", "/poolusagemetrics", { apiVersion })).body.value?.[0];
  await expect
    .poll(() => read(oldest))
    .toMatchObject({ poolId: "pool", dataIngressGiB: 0, dataEgressGiB: 0 });
  expect(await read("2018-12-01.8.0")).not.toHaveProperty("dataIngressGiB");
});

it("keeps files for a week by default since 2018-12-01.8.0, and without limit in versions before", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 0) });
  const readDefaults = async (jobId: string, apiVersion: string): Promise<unknown[]> => {
    const release = { jobReleaseTask: { commandLine: "true" }, jobPreparationTask: { commandLine: "true" } };
    const body = { id: jobId, poolInfo: { poolId: "pool" }, ...release };
    await sendBatchRequest(service, "POST", "/jobs", { apiVersion, body });
    const one = { id: "one", commandLine: "true" };
    await sendBatchRequest(service, "POST", `/jobs/${jobId}/tasks`, { apiVersion, body: one });
    const several = { value: [{ id: "two", commandLine: "true", constraints: { maxTaskRetryCount: 1 } }] };
    await sendBatchRequest(service, "POST", `/jobs/${jobId}/addtaskcollection`, {
      apiVersion,
      body: several,
    });
    const job = (await sendBatchRequest(service, "GET", `/jobs/${jobId}`, { apiVersion })).body;
    const tasks = (await sendBatchRequest(service, "GET", `/jobs/${jobId}/tasks`, { apiVersion })).body;
    return [
      ...(tasks["value"] as { readonly constraints: { readonly retentionTime: string } }[]).map(
        ({ constraints }) => constraints.retentionTime,
      ),
      (job["jobReleaseTask"] as { readonly retentionTime: string }).retentionTime,
      (job["jobPreparationTask"] as { readonly constraints: { readonly retentionTime: string } }).constraints
        .retentionTime,
    ];
  };
  const unlimited = "P10675199DT2H48M5.4775807S";
  expect(await readDefaults("old", "2018-08-01.7.0")).toEqual(Array(4).fill(unlimited));
  expect(await readDefaults("new", "2018-12-01.8.0")).toEqual(Array(4).fill("P7D"));
});

it("shows a scheduling error for a task that was terminated before it started, not while it ran", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  const read = async (id: string): Promise<Record<string, unknown>> =>
    (await sendBatchRequest(service, "GET", `/jobs/film/tasks/${id}`, { apiVersion: oldest })).body;
  for (const id of ["running", "waiting"])
    await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body: { id, commandLine: "sleep 600" } });
  await expectEventually(async () => (await read("running"))["state"], "running");
  for (const id of ["waiting", "running"])
    await sendBatchRequest(service, "POST", `/jobs/film/tasks/${id}/terminate`);
  expect((await read("running"))["executionInfo"]).not.toHaveProperty("schedulingError");
  expect((await read("waiting"))["executionInfo"]).toMatchObject({ schedulingError: { code: "TaskEnded" } });
});

it("shows no empty list of certificates before 2018-12-01.8.0", async () => {
  const service = await startTestBatch();
  const body = { ...poolBody("pool", 0), certificateReferences: [] };
  await sendBatchRequest(service, "POST", "/pools", { body });
  const read = async (apiVersion: string): Promise<object> =>
    (await sendBatchRequest(service, "GET", "/pools/pool", { apiVersion })).body;
  expect(await read("2017-09-01.6.0")).not.toHaveProperty("certificateReferences");
  expect(await read("2018-03-01.6.1")).toMatchObject({ certificateReferences: [] });
});
