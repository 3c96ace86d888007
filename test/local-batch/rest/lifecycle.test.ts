import { expect, it } from "vitest";

import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";
import { addIdleJob, poolBody, runTask } from "./pool-and-job.js";

it("resizes a pool, lists its nodes, and preempts one with the route that only this service has", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", {
    body: { ...poolBody("pool", 1), targetLowPriorityNodes: 1 },
  });
  const nodes = async (): Promise<readonly Record<string, unknown>[]> =>
    (await sendBatchRequest(service, "GET", "/pools/pool/nodes")).body.value ?? [];
  const idle = async (): Promise<unknown> =>
    (await nodes()).map(({ state, isDedicated }) => [state, isDedicated]).sort();
  await expectEventually(idle, [
    ["idle", false],
    ["idle", true],
  ]);
  const [spot] = (await nodes()).filter(({ isDedicated }) => isDedicated === false);
  const id = String(spot?.["id"]);
  const node = await sendBatchRequest(service, "GET", `/pools/pool/nodes/${id}`);
  expect(node.body).toMatchObject({ id, state: "idle", schedulingState: "enabled", ipAddress: "127.0.0.1" });
  const files = await sendBatchRequest(service, "GET", `/pools/pool/nodes/${id}/files`);
  expect(files.body.value).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: "shared", isDirectory: true })]),
  );

  const path = `/local-batch/pools/pool/nodes/${id}/preempt`;
  expect((await sendBatchRequest(service, "POST", path, { apiVersion: "" })).status).toBe(202);
  await expectEventually(async () => (await nodes()).some((one) => one["id"] === id), false);
  await expectEventually(idle, [
    ["idle", false],
    ["idle", true],
  ]);
  await expect(service.preemptNode("pool", id)).rejects.toThrow("The specified node does not exist");

  const resize = { body: { targetDedicatedNodes: 2 } };
  await expectEventually(
    async () => (await sendBatchRequest(service, "POST", "/pools/pool/resize", resize)).status,
    202,
  );
  await expectEventually(
    async () => (await sendBatchRequest(service, "GET", "/pools/pool")).body,
    expect.objectContaining({
      allocationState: "steady",
      currentDedicatedNodes: 2,
      currentLowPriorityNodes: 0,
    }),
  );
  expect((await sendBatchRequest(service, "POST", "/pools/pool/resize", { body: {} })).body.code).toBe(
    "InvalidPropertyValue",
  );
  expect((await sendBatchRequest(service, "DELETE", "/pools/pool")).status).toBe(202);
  await expectEventually(async () => (await sendBatchRequest(service, "HEAD", "/pools/pool")).status, 404);
});

it("patches single properties of a job, and resets the others with PUT", async () => {
  const service = await startTestBatch();
  await addIdleJob(service, {
    priority: 3,
    metadata: [{ name: "a", value: "b" }],
    constraints: { maxTaskRetryCount: 2 },
  });
  await sendBatchRequest(service, "PATCH", "/jobs/film", {
    body: { maxParallelTasks: 4, constraints: { maxWallClockTime: "P428DT60M" } },
  });
  const patched = await sendBatchRequest(service, "GET", "/jobs/film");
  expect(patched.body).toMatchObject({
    priority: 3,
    maxParallelTasks: 4,
    metadata: [{ name: "a", value: "b" }],
    // Constraints are replaced as a whole.
    constraints: { maxWallClockTime: "P428DT1H", maxTaskRetryCount: 0 },
  });
  await sendBatchRequest(service, "PUT", "/jobs/film", {
    body: { poolInfo: { poolId: "empty" }, priority: 1 },
  });
  const replaced = await sendBatchRequest(service, "GET", "/jobs/film");
  expect(replaced.body).toMatchObject({
    priority: 1,
    maxParallelTasks: -1,
    constraints: { maxTaskRetryCount: 0 },
  });
  expect(replaced.body).not.toHaveProperty("metadata");
  const whole = await sendBatchRequest(service, "PUT", "/jobs/film", {
    apiVersion: "2025-06-01",
    body: { ...replaced.body, priority: 9 },
  });
  expect(whole.status).toBe(200);
  const moved = await sendBatchRequest(service, "PATCH", "/jobs/film", {
    body: { poolInfo: { poolId: "other" } },
  });
  expect(moved).toMatchObject({ status: 409, body: { code: "OperationInvalidForCurrentState" } });
});

it("disables, enables, terminates and deletes a job, and rejects tasks after it is terminated", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  const state = async (): Promise<unknown> =>
    (await sendBatchRequest(service, "GET", "/jobs/film")).body["state"];
  const post = async (action: string, body?: unknown): Promise<unknown> => {
    const { status, text } = await sendBatchRequest(
      service,
      "POST",
      `/jobs/film/${action}`,
      body === undefined ? {} : { body },
    );
    return text === "" ? status : (JSON.parse(text) as { code: string }).code;
  };
  expect(await post("disable")).toBe("InvalidRequestBody");
  expect(await post("disable", {})).toBe("MissingRequiredProperty");
  expect(await post("disable", { disableTasks: "Requeue" })).toBe(202);
  await expectEventually(state, "disabled");
  expect(
    (await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body: { id: "t", commandLine: "true" } }))
      .status,
  ).toBe(201);
  expect(await post("enable")).toBe(202);
  await expectEventually(state, "active");
  expect(await post("terminate", { terminateReason: "enough" })).toBe(202);
  await expectEventually(state, "completed");
  const job = await sendBatchRequest(service, "GET", "/jobs/film");
  expect(job.body["executionInfo"]).toMatchObject({ terminateReason: "enough", poolId: "empty" });
  expect(await post("terminate")).toBe("JobCompleted");
  const late = await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    body: { id: "late", commandLine: "true" },
  });
  expect(late).toMatchObject({ status: 409, body: { code: "JobCompleted" } });
  expect((await sendBatchRequest(service, "DELETE", "/jobs/film")).status).toBe(202);
  await expectEventually(async () => (await sendBatchRequest(service, "GET", "/jobs/film")).status, 404);
});

it("terminates, reactivates, updates and deletes a task", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    body: { id: "task", commandLine: "true", requiredSlots: 2 },
  });
  const at = "/jobs/film/tasks/task";
  const code = async (method: string, path: string): Promise<unknown> => {
    const { status, text } = await sendBatchRequest(service, method, path);
    return text === "" ? status : (JSON.parse(text) as { code: string }).code;
  };
  await sendBatchRequest(service, "PUT", at, { body: { constraints: { maxTaskRetryCount: 3 } } });
  expect((await sendBatchRequest(service, "GET", at)).body["constraints"]).toMatchObject({
    maxTaskRetryCount: 3,
    retentionTime: "P7D",
  });
  expect(await code("POST", `${at}/reactivate`)).toBe("TaskNotCompleted");
  expect(await code("POST", `${at}/terminate`)).toBe(204);
  expect((await sendBatchRequest(service, "GET", at)).body).toMatchObject({
    state: "completed",
    previousState: "active",
    executionInfo: { result: "failure", failureInfo: { category: "UserError", code: "TaskEnded" } },
  });
  const counts = await sendBatchRequest(service, "GET", "/jobs/film/taskcounts");
  expect(counts.body).toMatchObject({
    taskCounts: { active: 0, completed: 1, failed: 1, succeeded: 0 },
    taskSlotCounts: { completed: 2, failed: 2 },
  });
  expect(await code("POST", `${at}/terminate`)).toBe("TaskCompleted");
  expect(await code("POST", `${at}/reactivate`)).toBe(204);
  expect((await sendBatchRequest(service, "GET", at)).body).toMatchObject({
    state: "active",
    executionInfo: { retryCount: 0, requeueCount: 0 },
  });
  expect(await code("DELETE", at)).toBe(200);
  expect(await code("GET", at)).toBe("TaskNotFound");
});

it("lists the states of preparation and release tasks, and reports that a job has none", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine: "/bin/true" });
  const status = "/jobs/film/jobpreparationandreleasetaskstatus";
  expect((await sendBatchRequest(service, "GET", status)).body.code).toBe(
    "JobPreparationTaskOrReleaseTaskNotSpecified",
  );
  const job = {
    id: "prepared",
    poolInfo: { poolId: "pool" },
    jobPreparationTask: { commandLine: "/bin/true" },
    jobReleaseTask: { commandLine: "/bin/true" },
  };
  await sendBatchRequest(service, "POST", "/jobs", { body: job });
  await sendBatchRequest(service, "POST", "/jobs/prepared/tasks", {
    body: { id: "task", commandLine: "/bin/true" },
  });
  await expectEventually(
    async () => (await sendBatchRequest(service, "GET", "/jobs/prepared/tasks/task")).body["state"],
    "completed",
  );
  await sendBatchRequest(service, "POST", "/jobs/prepared/terminate");
  await expectEventually(
    async () => (await sendBatchRequest(service, "GET", "/jobs/prepared")).body["state"],
    "completed",
  );
  const { body } = await sendBatchRequest(
    service,
    "GET",
    "/jobs/prepared/jobpreparationandreleasetaskstatus",
  );
  expect(body.value).toMatchObject([
    {
      poolId: "pool",
      jobPreparationTaskExecutionInfo: {
        state: "completed",
        exitCode: 0,
        result: "success",
        taskRootDirectory: "workitems/prepared/job-1/jobpreparation",
      },
      jobReleaseTaskExecutionInfo: { state: "completed", exitCode: 0 },
    },
  ]);
  const reactivated = await sendBatchRequest(service, "POST", "/jobs/film/tasks/task/reactivate");
  expect(reactivated.body.code).toBe("TaskSucceeded");
});
