import { expect, it } from "vitest";

import type { LocalBatch } from "../../../src/local-batch/index.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { addIdleJob, poolBody } from "./pool-and-job.js";

async function refusal(service: LocalBatch, path: string, body: unknown): Promise<unknown[]> {
  const { status, body: answer } = await sendBatchRequest(service, "POST", path, { body });
  const value = (key: string): string | undefined => answer.values?.find((one) => one.key === key)?.value;
  expect(status).toBeGreaterThanOrEqual(400);
  return [answer.code, value("PropertyName")];
}

const destination = { container: { containerUrl: "https://account.blob.core.windows.net/c?sig=secret" } };
const uploadOptions = { uploadCondition: "TASKSUCCESS" };

it("names the invalid property of a task", async () => {
  const service = await startTestBatch();
  await addIdleJob(service, {
    jobPreparationTask: { commandLine: "true" },
    jobReleaseTask: { commandLine: "true", id: "tidy" },
  });
  const task = { id: "task", commandLine: "true" };
  const cases: readonly (readonly [unknown, string, string | undefined])[] = [
    [{ commandLine: "true" }, "MissingRequiredProperty", "id"],
    [{ id: "task" }, "MissingRequiredProperty", "commandLine"],
    [{ id: "task", commandLine: "" }, "MissingRequiredProperty", "commandLine"],
    [{ ...task, id: "a/b" }, "InvalidPropertyValue", "id"],
    [{ ...task, id: "x".repeat(65) }, "InvalidPropertyValue", "id"],
    [{ ...task, comandLine: "true" }, "InvalidRequestBody", "comandLine"],
    [{ ...task, toString: "true" }, "InvalidRequestBody", "toString"],
    [{ ...task, requiredSlots: 0 }, "InvalidPropertyValue", "requiredSlots"],
    [{ ...task, requiredSlots: "1.5" }, "InvalidPropertyValue", "requiredSlots"],
    [
      { ...task, constraints: { maxWallClockTime: "1h" } },
      "InvalidPropertyValue",
      "constraints/maxWallClockTime",
    ],
    [{ ...task, constraints: { retentionTime: "P" } }, "InvalidPropertyValue", "constraints/retentionTime"],
    [
      { ...task, constraints: { maxTaskRetryCount: -2 } },
      "InvalidPropertyValue",
      "constraints/maxTaskRetryCount",
    ],
    [{ ...task, environmentSettings: {} }, "InvalidPropertyValue", "environmentSettings"],
    [
      { ...task, environmentSettings: [{ value: "x" }] },
      "MissingRequiredProperty",
      "environmentSettings[0]/name",
    ],
    [{ ...task, resourceFiles: [{ httpUrl: "http://x" }] }, "InvalidPropertyValue", "resourceFiles[0]"],
    [
      { ...task, resourceFiles: [{ httpUrl: "http://x", filePath: "x", storageContainerUrl: "http://y" }] },
      "InvalidPropertyValue",
      "resourceFiles[0]",
    ],
    [
      { ...task, outputFiles: [{ filePattern: "*", destination }] },
      "MissingRequiredProperty",
      "outputFiles[0]/uploadOptions",
    ],
    [
      {
        ...task,
        outputFiles: [{ filePattern: "*", destination, uploadOptions: { uploadCondition: "always" } }],
      },
      "InvalidPropertyValue",
      "outputFiles[0]/uploadOptions/uploadCondition",
    ],
    [
      { ...task, exitConditions: { default: { jobAction: "stop" } } },
      "InvalidPropertyValue",
      "exitConditions/default/jobAction",
    ],
    [{ ...task, containerSettings: {} }, "MissingRequiredProperty", "containerSettings/imageName"],
    [
      { ...task, containerSettings: { imageName: "x", registry: { user: "x" } } },
      "InvalidRequestBody",
      "containerSettings/registry/user",
    ],
    [
      { ...task, multiInstanceSettings: { numberOfInstances: 2 } },
      "MissingRequiredProperty",
      "multiInstanceSettings/coordinationCommandLine",
    ],
    [{ ...task, dependsOn: { taskIds: ["other"] } }, "TaskDependenciesNotSpecifiedOnJob", undefined],
    [{ ...task, id: "JobPreparation" }, "TaskIdSameAsJobPreparationTask", undefined],
    [{ ...task, id: "tidy" }, "TaskIdSameAsJobReleaseTask", undefined],
    ["{", "InvalidRequestBody", undefined],
    [Buffer.from('{"id":"a","commandLine":"echo \xff"}', "latin1"), "InvalidRequestBody", undefined],
    [[], "InvalidRequestBody", undefined],
    ["null", "InvalidRequestBody", undefined],
  ];
  for (const [body, code, property] of cases)
    expect([body, ...(await refusal(service, "/jobs/film/tasks", body))]).toEqual([body, code, property]);
  expect((await sendBatchRequest(service, "GET", "/jobs/film/tasks")).body.value).toEqual([]);
});

it("names the invalid property of a pool or a job", async () => {
  const service = await startTestBatch();
  const pool = poolBody("pool", 1);
  const job = { id: "film", poolInfo: { poolId: "pool" } };
  const cases: readonly (readonly [string, unknown, string, string])[] = [
    ["/pools", { ...pool, vmSize: undefined }, "MissingRequiredProperty", "vmSize"],
    ["/pools", { ...pool, targetDedicatedNodes: -1 }, "InvalidPropertyValue", "targetDedicatedNodes"],
    ["/pools", { ...pool, virtualMachineConfiguration: undefined }, "InvalidPropertyValue", ""],
    ["/pools", { ...pool, enableAutoScale: true }, "InvalidPropertyValue", ""],
    [
      "/pools",
      { ...pool, mountConfiguration: [{ nfsMountConfiguration: { source: "server:/share" } }] },
      "MissingRequiredProperty",
      "mountConfiguration[0]/nfsMountConfiguration/relativeMountPath",
    ],
    ["/pools", { ...pool, startTask: {} }, "MissingRequiredProperty", "startTask/commandLine"],
    ["/jobs", { id: "film" }, "MissingRequiredProperty", "poolInfo"],
    ["/jobs", { ...job, poolInfo: {} }, "InvalidPropertyValue", "poolInfo"],
    [
      "/jobs",
      { ...job, poolInfo: { autoPoolSpecification: {} } },
      "MissingRequiredProperty",
      "poolInfo/autoPoolSpecification/poolLifetimeOption",
    ],
    ["/jobs", { ...job, priority: 1001 }, "InvalidPropertyValue", "priority"],
    ["/jobs", { ...job, onAllTasksComplete: "stop" }, "InvalidPropertyValue", "onAllTasksComplete"],
    [
      "/jobs",
      { ...job, jobManagerTask: { id: "m" } },
      "MissingRequiredProperty",
      "jobManagerTask/commandLine",
    ],
  ];
  for (const [path, body, code, property] of cases)
    expect([body, ...(await refusal(service, path, body))]).toEqual([body, code, property]);
});

it("does not show a SAS in an error about a value", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  const { text } = await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    body: {
      id: "task",
      commandLine: "true",
      outputFiles: [{ filePattern: "*", destination: destination.container.containerUrl, uploadOptions }],
    },
  });
  expect(text).toContain("https://account.blob.core.windows.net/c?…");
  expect(text).not.toContain("secret");
  const { text: other } = await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    body: { id: "task", commandLine: "true", outputFiles: ["https://h/c sv=1&sig=secret"] },
  });
  expect(other).toContain("sig=REDACTED");
  expect(other).not.toContain("secret");
});

it("accepts enumeration values in any case, and returns uploadCondition as the service does", async () => {
  const service = await startTestBatch();
  await addIdleJob(service, { onAllTasksComplete: "NoAction" });
  const body = {
    id: "task",
    commandLine: "true",
    outputFiles: [{ filePattern: "*", destination, uploadOptions }],
  };
  expect((await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body })).status).toBe(201);
  const got = await sendBatchRequest(service, "GET", "/jobs/film/tasks/task");
  expect(got.body).toMatchObject({ outputFiles: [{ uploadOptions: { uploadCondition: "TaskSuccess" } }] });
});

it("adds the valid tasks of a collection, and reports each invalid one", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  const add = async (value: unknown): Promise<Awaited<ReturnType<typeof sendBatchRequest>>> =>
    await sendBatchRequest(service, "POST", "/jobs/film/addtaskcollection", { body: { value } });
  const one = { id: "one", commandLine: "true" };
  const { body } = await add([
    one,
    { id: "one", commandLine: "true" },
    { id: "two" },
    { id: "three", commandLine: "x" },
  ]);
  expect(body.value).toMatchObject([
    { taskId: "one", status: "Success", location: `${service.endpoint}/jobs/film/tasks/one` },
    { taskId: "one", status: "ClientError", error: { code: "TaskExists" } },
    { taskId: "two", status: "ClientError", error: { code: "MissingRequiredProperty" } },
    { taskId: "three", status: "Success" },
  ]);
  const many = Array.from({ length: 101 }, (_, index) => ({ id: `t${index}`, commandLine: "true" }));
  expect((await add(many)).body.code).toBe("InvalidPropertyValue");
  const large = await add([
    {
      id: "large",
      commandLine: "x".repeat(30_000),
      environmentSettings: Array.from({ length: 40 }, (_, index) => ({
        name: `N${index}`,
        value: "x".repeat(30_000),
      })),
    },
  ]);
  expect(large).toMatchObject({ status: 413, body: { code: "RequestBodyTooLarge" } });
  expect(
    (await sendBatchRequest(service, "GET", "/jobs/film/tasks", { query: { $select: "id" } })).body.value,
  ).toEqual([{ id: "one" }, { id: "three" }]);
});
