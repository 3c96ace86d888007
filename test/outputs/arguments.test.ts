import { beforeAll, expect, test } from "vitest";

import { captureError } from "../support/capture-error.js";
import {
  BatchOutputsClient,
  type JobHandle,
  JobOutputStorage,
  type OutputFileReference,
  type TaskHandle,
  TaskOutputStorage,
} from "../../src/outputs/index.js";

/** Nobody listens there: whatever makes a request fails with another error than these. */
const nowhere = "http://127.0.0.1:1/devstoreaccount1";
const containerUrl = `${nowhere}/job-j1?sv=2021-12-02&sr=c&sp=racwl&se=2099-01-01T00%3A00%3A00Z&sig=c2VjcmV0`;

let client: BatchOutputsClient;
let job: JobOutputStorage;
let task: TaskOutputStorage;
let output: OutputFileReference;
beforeAll(() => {
  const options = { retryOptions: { maxTries: 1 } };
  client = new BatchOutputsClient(nowhere, undefined, options);
  job = new JobOutputStorage(containerUrl, options);
  task = new TaskOutputStorage(containerUrl, "t1", options);
  output = task.getOutput("TaskOutput", "a.txt");
});

async function expectRefusal(call: () => unknown, type: typeof TypeError, argument: string): Promise<void> {
  const error = await captureError(call);
  expect(error.message).toMatch(new RegExp(`^${argument.replaceAll(".", "\\.")}\\b`));
  expect(error).toBeInstanceOf(type);
}

/** A value that the types forbid, as a caller without a type checker may pass it. */
const wrong = (value: unknown) => value as never;

const badJobs: [JobHandle, typeof TypeError, string][] = [
  [wrong(undefined), TypeError, "job"],
  [wrong(null), TypeError, "job"],
  [wrong(42), TypeError, "job"],
  [wrong({}), TypeError, "job"],
  [{ id: undefined }, TypeError, "job.id"],
  [wrong({ id: null }), TypeError, "job.id"],
  [wrong({ id: 42 }), TypeError, "job.id"],
  [{ id: "" }, RangeError, "job.id"],
  ["", RangeError, "job"],
  ["a b", RangeError, "job"],
  ["job/1", RangeError, "job"],
  ["../job", RangeError, "job"],
  ["jöb", RangeError, "job"],
];

test.each(badJobs)(
  "the job %j is refused by every method of the client, naming it",
  async (bad, type, argument) => {
    for (const call of [
      () => client.prepareOutputStorage(bad),
      () => client.getOutputStorageContainerUrl(bad),
      () => client.getJobOutputStorage(bad),
      () => client.getTaskOutputStorage(bad, "t1"),
      () => client.deleteOutputStorage(bad),
    ])
      await expectRefusal(call, type, argument);
  },
);

const badTasks: [TaskHandle, typeof TypeError, string][] = [
  [wrong(null), TypeError, "task"],
  [wrong(42), TypeError, "task"],
  [wrong({}), TypeError, "task"],
  [{ id: undefined }, TypeError, "task.id"],
  [{ id: "" }, RangeError, "task.id"],
  ["", RangeError, "task"],
  ["t/1", RangeError, "task"],
  ["a:b", RangeError, "task"],
  ["$t", RangeError, "task"],
  ["t".repeat(65), RangeError, "task"],
];

test.each(badTasks)("the task %j is refused naming it", async (bad, type, argument) => {
  await expectRefusal(() => client.getTaskOutputStorage("j1", bad), type, argument);
  await expectRefusal(() => job.getTaskOutputStorage(bad), type, argument);
});

test("a task without a job needs its url", async () => {
  const url = "https://account.region.batch.azure.com/jobs/sched%3Ajob-1/tasks/t1";
  const storage = client.getTaskOutputStorage({ id: "t1", url });
  expect(storage).toMatchObject({ taskId: "t1", jobId: "sched:job-1" });
  expect(client.getTaskOutputStorage("j1", { id: "t1", url }).jobId).toBe("j1");

  const alone = (handle: unknown) => () => client.getTaskOutputStorage(wrong(handle));
  await expectRefusal(alone({ id: "t1" }), TypeError, "task");
  await expectRefusal(alone({ id: "t1", url: null }), TypeError, "task");
  await expectRefusal(alone("t1"), TypeError, "task");
  await expectRefusal(alone(null), TypeError, "task");
  await expectRefusal(alone(undefined), TypeError, "task");
  await expectRefusal(alone({ id: "t1", url: "" }), RangeError, "url");
  await expectRefusal(alone({ id: "t1", url: "/jobs/j1/tasks/t1" }), RangeError, "url");
  await expectRefusal(
    alone({ id: "t1", url: "https://account.region.batch.azure.com/tasks/t1" }),
    RangeError,
    "url",
  );
  await expectRefusal(alone({ url }), TypeError, "task");
  await expectRefusal(alone({ id: "a b", url }), RangeError, "task.id");
});

test.each<[unknown, typeof TypeError]>([
  [null, TypeError],
  [42, TypeError],
  ["", RangeError],
  ["a/b", RangeError],
  ["a\\b", RangeError],
  ["a.", RangeError],
  ["..", RangeError],
  ["a\u0000", RangeError],
])("the kind %j is refused by name, listings at the call", async (kind, type) => {
  const bad = wrong(kind);
  for (const storage of [job, task]) {
    expect(() => storage.listOutputs(bad)).toThrow(type);
    await expectRefusal(() => storage.listOutputs(bad), type, "kind");
    await expectRefusal(() => storage.getOutput(bad, "a.txt"), type, "kind");
    await expectRefusal(() => storage.getOutputStoragePath(bad), type, "kind");
    await expectRefusal(() => storage.downloadOutputs("folder", { kind: bad }), type, "options.kind");
  }
});

test("a missing kind is an argument error", async () => {
  const none = wrong(undefined);
  await expectRefusal(() => task.getOutput(none, "a.txt"), TypeError, "kind");
  await expectRefusal(() => task.getOutputStoragePath(none), TypeError, "kind");
});

test.each<[unknown, typeof TypeError]>([
  [undefined, TypeError],
  [null, TypeError],
  [42, TypeError],
  ["", RangeError],
  ["/a", RangeError],
  ["C:\\a", RangeError],
  ["../a", RangeError],
  ["a/../b", RangeError],
  ["a//b", RangeError],
  ["a/", RangeError],
  ["a\\b", RangeError],
  ["a.", RangeError],
  ["x".repeat(1025), RangeError],
])("the filePath %j is refused by name", async (filePath, type) => {
  for (const storage of [job, task]) {
    const refusal = await captureError(() => storage.getOutput("TaskOutput", wrong(filePath)));
    expect(refusal).toBeInstanceOf(type);
    expect(refusal.message).toMatch(/^(?:filePath|path is too long)/);
  }
});

test.each<[string, () => unknown, typeof TypeError, string]>([
  [
    "listOutputs, pathPrefix 42",
    () => task.listOutputs("TaskOutput", { pathPrefix: wrong(42) }),
    TypeError,
    "options.pathPrefix",
  ],
  [
    "listOutputs, pathPrefix null",
    () => task.listOutputs(undefined, { pathPrefix: wrong(null) }),
    TypeError,
    "options.pathPrefix",
  ],
  ["listOutputs, no page", () => task.listOutputs().byPage({ maxPageSize: 0 }), RangeError, "maxPageSize"],
  [
    "listOutputs, negative page",
    () => task.listOutputs().byPage({ maxPageSize: -1 }),
    RangeError,
    "maxPageSize",
  ],
  [
    "listOutputs, large page",
    () => task.listOutputs().byPage({ maxPageSize: 5001 }),
    RangeError,
    "maxPageSize",
  ],
  [
    "listOutputs, half a page",
    () => task.listOutputs().byPage({ maxPageSize: 1.5 }),
    RangeError,
    "maxPageSize",
  ],
  [
    "listOutputs, token",
    () => task.listOutputs().byPage({ continuationToken: wrong(42) }),
    TypeError,
    "continuationToken",
  ],
  ["listTasks, page", () => job.listTasks().byPage({ maxPageSize: 0 }), RangeError, "maxPageSize"],
  ["listJobs, page", () => client.listJobs().byPage({ maxPageSize: wrong("10") }), RangeError, "maxPageSize"],
  ["downloadOutputs, no directory", () => task.downloadOutputs(wrong(undefined)), TypeError, "directory"],
  ["downloadOutputs, directory null", () => task.downloadOutputs(wrong(null)), TypeError, "directory"],
  ["downloadOutputs, empty directory", () => task.downloadOutputs(""), RangeError, "directory"],
  [
    "downloadOutputs, include 42",
    () => task.downloadOutputs("x", { include: wrong(42) }),
    TypeError,
    "options.include",
  ],
  [
    "downloadOutputs, empty include",
    () => task.downloadOutputs("x", { include: "" }),
    RangeError,
    "options.include",
  ],
  [
    "downloadOutputs, include null in",
    () => task.downloadOutputs("x", { include: wrong([null]) }),
    TypeError,
    "options.include",
  ],
  [
    "downloadOutputs, exclude",
    () => task.downloadOutputs("x", { exclude: [""] }),
    RangeError,
    "options.exclude",
  ],
  [
    "downloadOutputs, overwrite",
    () => task.downloadOutputs("x", { overwrite: wrong("sometimes") }),
    RangeError,
    "options.overwrite",
  ],
  [
    "downloadOutputs, concurrency",
    () => task.downloadOutputs("x", { concurrency: 0 }),
    RangeError,
    "options.concurrency",
  ],
  ["downloadToFile, no path", () => output.downloadToFile(wrong(undefined)), TypeError, "path"],
  ["downloadToFile, empty path", () => output.downloadToFile(""), RangeError, "path"],
  ["downloadToFile, path with a zero", () => output.downloadToFile("a\u0000b"), RangeError, "path"],
  [
    "downloadToFile, concurrency",
    () => output.downloadToFile("x", { concurrency: 1.5 }),
    RangeError,
    "options.concurrency",
  ],
  [
    "downloadToBuffer, concurrency",
    () => output.downloadToBuffer({ concurrency: -1 }),
    RangeError,
    "options.concurrency",
  ],
  ["openRead, negative offset", () => output.openRead({ offset: -1 }), RangeError, "options.offset"],
  ["openRead, half an offset", () => output.openRead({ offset: 0.5 }), RangeError, "options.offset"],
  ["openRead, offset NaN", () => output.openRead({ offset: Number.NaN }), RangeError, "options.offset"],
  ["openRead, offset text", () => output.openRead({ offset: wrong("5") }), RangeError, "options.offset"],
  ["openRead, negative count", () => output.openRead({ count: -1 }), RangeError, "options.count"],
  [
    "openRead, endless count",
    () => output.openRead({ count: Number.POSITIVE_INFINITY }),
    RangeError,
    "options.count",
  ],
  [
    "delete, snapshots",
    () => output.delete({ deleteSnapshots: wrong("some") }),
    RangeError,
    "options.deleteSnapshots",
  ],
  [
    "JobOutputStorage, jobId",
    () => new JobOutputStorage(containerUrl, { jobId: "a b" }),
    RangeError,
    "options.jobId",
  ],
  [
    "JobOutputStorage, jobId 42",
    () => new JobOutputStorage(containerUrl, { jobId: wrong(42) }),
    TypeError,
    "options.jobId",
  ],
  [
    "JobOutputStorage, nothing",
    () => new JobOutputStorage(wrong(undefined)),
    TypeError,
    "jobOutputContainerUrl",
  ],
  ["JobOutputStorage, account", () => new JobOutputStorage(nowhere), RangeError, "jobOutputContainerUrl"],
  [
    "TaskOutputStorage, no task",
    () => new TaskOutputStorage(containerUrl, wrong(undefined)),
    TypeError,
    "taskId",
  ],
  ["TaskOutputStorage, empty task", () => new TaskOutputStorage(containerUrl, ""), RangeError, "taskId"],
  [
    "TaskOutputStorage, no URL",
    () => new TaskOutputStorage(wrong(null), "t1"),
    TypeError,
    "jobOutputContainerUrl",
  ],
  ["BatchOutputsClient, nothing", () => new BatchOutputsClient(wrong(undefined)), TypeError, "accountUrl"],
  ["BatchOutputsClient, object", () => new BatchOutputsClient(wrong({})), TypeError, "accountUrl"],
  ["BatchOutputsClient, container", () => new BatchOutputsClient(containerUrl), RangeError, "accountUrl"],
  [
    "BatchOutputsClient, credential",
    () => new BatchOutputsClient(nowhere, wrong({})),
    TypeError,
    "credential",
  ],
  [
    "fromConnectionString, nothing",
    () => BatchOutputsClient.fromConnectionString(wrong(undefined)),
    TypeError,
    "connectionString",
  ],
  [
    "fromConnectionString, empty",
    () => BatchOutputsClient.fromConnectionString(""),
    RangeError,
    "connectionString",
  ],
])("%s is refused naming the argument", async (_, call, type, argument) => {
  await expectRefusal(call, type, argument);
});

test.each([null, 42, "options"])("the options %j are refused by every method", async (options) => {
  const bad = wrong(options);
  for (const call of [
    () => client.prepareOutputStorage("j1", bad),
    () => client.getOutputStorageContainerUrl("j1", bad),
    () => client.deleteOutputStorage("j1", bad),
    () => client.listJobs(bad),
    () => new JobOutputStorage(containerUrl, bad),
    () => new TaskOutputStorage(containerUrl, "t1", bad),
    () => job.listTasks(bad),
    () => job.listAllOutputs(bad),
    () => task.listOutputs("TaskOutput", bad),
    () => task.downloadOutputs("folder", bad),
    () => output.downloadToFile("file", bad),
    () => output.downloadToBuffer(bad),
    () => output.openRead(bad),
    () => output.getProperties(bad),
    () => output.exists(bad),
    () => output.delete(bad),
  ])
    await expectRefusal(call, TypeError, "options");
});

test("constructing and describing makes no request", () => {
  expect(client.getTaskOutputStorage("j1", "t1").getOutputStoragePath("TaskLog")).toBe("t1/$TaskLog");
  expect(client.getJobOutputStorage({ id: "j1" }).getOutputStoragePath("foo")).toBe("$foo");
  expect(job.getTaskOutputStorage({ id: "t2" })).toMatchObject({ taskId: "t2", jobId: "j1" });
  expect(output.filePath).toBe("a.txt");
});
