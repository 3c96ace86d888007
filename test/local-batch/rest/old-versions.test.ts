import { expect, it } from "vitest";

import { batchRequest } from "../support/batch-requests.js";
import { localBatch } from "../support/local-batch.js";
import { eventually } from "../support/wait.js";
import { poolBody } from "./pool-and-job.js";

const oldest = "2016-02-01.3.0";

it("takes and answers a pool in the words of the version that asks", async () => {
  const service = await localBatch();
  const { targetDedicatedNodes: _, ...body } = poolBody("pool", 0);
  const added = await batchRequest(service, "POST", "/pools", {
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
  const old = (await batchRequest(service, "GET", "/pools/pool", { apiVersion: oldest })).body;
  expect(old).toMatchObject({
    targetDedicated: 0,
    currentDedicated: 0,
    maxTasksPerNode: 4,
    startTask: { runElevated: true, resourceFiles: [{ blobSource: "http://127.0.0.1:1/a" }] },
  });
  for (const name of ["targetDedicatedNodes", "targetLowPriorityNodes", "taskSlotsPerNode"])
    expect(old).not.toHaveProperty(name);
  const present = await batchRequest(service, "GET", "/pools/pool", { apiVersion: "2022-10-01.16.0" });
  expect(present.body).toMatchObject({
    targetDedicatedNodes: 0,
    taskSlotsPerNode: 4,
    startTask: {
      userIdentity: { autoUser: { elevationLevel: "admin" } },
      resourceFiles: [{ httpUrl: "http://127.0.0.1:1/a" }],
    },
  });
});

it("selects and filters by the names of the version", async () => {
  const service = await localBatch();
  await batchRequest(service, "POST", "/pools", { body: poolBody("pool", 0) });
  const list = async (apiVersion: string, query: Record<string, string>): Promise<unknown> => {
    const { body } = await batchRequest(service, "GET", "/pools", { apiVersion, query });
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

it("shows how a task failed as the version names it, and counts tasks in its shape", async () => {
  const service = await localBatch();
  await batchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  await batchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  await batchRequest(service, "POST", "/jobs/film/tasks", {
    apiVersion: oldest,
    body: { id: "task", commandLine: "false" },
  });
  const read = async (apiVersion: string): Promise<Record<string, unknown>> =>
    (await batchRequest(service, "GET", "/jobs/film/tasks/task", { apiVersion })).body;
  await eventually(async () => (await read(oldest))["state"], "completed");
  expect((await read(oldest))["executionInfo"]).toMatchObject({
    exitCode: 1,
    schedulingError: { category: "UserError", code: "FailureExitCode" },
  });
  expect((await read(oldest))["executionInfo"]).not.toHaveProperty("result");
  expect((await read("2022-10-01.16.0"))["executionInfo"]).toMatchObject({
    result: "failure",
    failureInfo: {
      category: "UserError",
      details: [{ name: "Message" }, { name: "AdditionalErrorCode", value: "FailureExitCode" }],
    },
  });
  const counts = async (apiVersion: string): Promise<unknown> =>
    (await batchRequest(service, "GET", "/jobs/film/taskcounts", { apiVersion })).body;
  expect(await counts("2018-12-01.8.0")).toMatchObject({ active: 0, completed: 1, failed: 1 });
  expect(await counts("2020-09-01.12.0")).toMatchObject({ taskCounts: { completed: 1, failed: 1 } });
});
