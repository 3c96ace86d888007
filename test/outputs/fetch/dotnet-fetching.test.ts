import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";

import { jobOutputContainerName } from "../../../src/conventions/index.js";
import {
  BatchOutputsClient,
  JobOutputStorage,
  type OutputFileReference,
  type OutputStorage,
  TaskOutputStorage,
} from "../../../src/outputs/index.js";
import { captureError, captureOurError } from "../../support/capture-error.js";
import { prepareJob } from "../../support/output-fixture.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

// The tests of the .NET library that concern clients, listings, paths and downloads, by their names there. An extension
// method on a job or task is a method of BatchOutputsClient here, and the client is its constructor's argument.

/** Nobody listens there: whatever makes a request fails with another error. */
const account = "http://127.0.0.1:1/devstoreaccount1";
const container = `${account}/job-j1?sv=2021-12-02&sr=c&sp=racwl&sig=c2VjcmV0`;
const none = null as never;
const task = { id: "test-task", url: "https://account.region.batch.azure.com/jobs/j1/tasks/test-task" };

async function expectRefusal(call: () => unknown, type: typeof TypeError, argument: string): Promise<void> {
  const error = await captureError((async () => call())());
  expect(error.message).toMatch(new RegExp(`^${argument} `));
  expect(error).toBeInstanceOf(type);
}

describe("CloudJobExtensionsUnitTests", () => {
  const client = BatchOutputsClient.fromConnectionString("UseDevelopmentStorage=true");
  test("CannotCreateOutputStorageForNullJob", () =>
    expectRefusal(() => client.getJobOutputStorage(none), TypeError, "job"));
  test("CannotCreateOutputStorageForNullBlobServiceClient", () =>
    expectRefusal(() => new BatchOutputsClient(none), TypeError, "accountUrl"));
  test("CannotPrepareOutputStorageForNullJob", () =>
    expectRefusal(() => client.prepareOutputStorage(none), TypeError, "job"));
  test.each(["job1", "My_Job", "sched:job-1", "x".repeat(64)])(
    "JobOutputStorageContainerNameAgreesWithSafeContainerName (%s)",
    (id) => {
      const { containerName } = client.getJobOutputStorage({ id }).containerClient;
      expect(containerName).toBe(jobOutputContainerName(id));
    },
  );
  test("CannotGetOutputStorageContainerNameForNullJob", () =>
    expectRefusal(() => jobOutputContainerName(none), TypeError, "jobId"));
  test("CannotGetOutputStorageUrlForNullJob", () =>
    expectRefusal(() => client.getOutputStorageContainerUrl(none), TypeError, "job"));
  test("CannotGetOutputStorageUrlWithZeroExpiryTime", () =>
    expectRefusal(
      () => client.getOutputStorageContainerUrl({ id: "j1" }, { lifetimeInMs: 0 }),
      RangeError,
      "options.lifetimeInMs",
    ));
  test("CannotGetOutputStorageUrlWithNegativeExpiryTime", () =>
    expectRefusal(
      () => client.getOutputStorageContainerUrl({ id: "j1" }, { lifetimeInMs: -5 * 60_000 }),
      RangeError,
      "options.lifetimeInMs",
    ));
  test("CannotGetOutputStorageUrlWithoutBlobClientAuthenticated", async () => {
    const anonymous = new BatchOutputsClient(account);
    const error = await captureOurError(anonymous.getOutputStorageContainerUrl({ id: "j1" }), "CannotSign");
    expect(error.message).toContain("StorageSharedKeyCredential");
  });
  test.each(["JobOutput", "JobPreview", "foo"])(
    "GetTaskOutputStoragePathReturnsExpectedValue (%s)",
    (kind) => {
      expect(client.getJobOutputStorage({ id: "j1" }).getOutputStoragePath(kind)).toBe(`$${kind}`);
    },
  );
});

describe("CloudTaskExtensionsUnitTests", () => {
  const client = new BatchOutputsClient(account);
  test("CannotCreateOutputStorageForNullTask", () =>
    expectRefusal(() => client.getTaskOutputStorage(none), TypeError, "task"));
  test("CannotCreateOutputStorageForNullBlobServiceClient", () =>
    expectRefusal(() => new BatchOutputsClient(none), TypeError, "accountUrl"));
  test.each(["TaskLog", "TaskOutput", "TaskPreview", "foo"])(
    "GetTaskOutputStoragePathReturnsExpectedValue (%s)",
    (kind) => {
      expect(client.getTaskOutputStorage(task).getOutputStoragePath(kind)).toBe(`test-task/$${kind}`);
    },
  );
});

const storages: [string, OutputStorage<string>, string][] = [
  ["JobOutputStorageUnitTests", new JobOutputStorage(container), ""],
  ["TaskOutputStorageUnitTests", new TaskOutputStorage(container, "test-task"), "test-task/"],
];

describe.each(storages)("%s", (_, storage, prefix) => {
  test("CannotPassANullKindWhenListing", () => {
    expect(() => storage.listOutputs(none)).toThrow(/^kind /);
  });
  test("CannotPassANullKindWhenGetting", () =>
    expectRefusal(() => storage.getOutput(none, "test.txt"), TypeError, "kind"));
  test("CannotPassANullFilePathWhenGetting", () =>
    expectRefusal(() => storage.getOutput("TaskOutput", none), TypeError, "filePath"));
  test("CannotPassAnEmptyFilePathWhenGetting", () =>
    expectRefusal(() => storage.getOutput("TaskOutput", ""), RangeError, "filePath"));
  test.each(["JobOutput", "TaskPreview", "foo"])("Get…OutputStoragePathReturnsExpectedValue (%s)", (kind) => {
    expect(storage.getOutputStoragePath(kind)).toBe(`${prefix}$${kind}`);
  });
});

describe("OutputFileReferenceUnitTests", () => {
  const ofTask = (path: string): OutputFileReference =>
    new TaskOutputStorage(container, "test-task").getOutput("TaskLog", path);

  test("FilePathReflectsStoragePath_JobStorage", () => {
    expect(new JobOutputStorage(container).getOutput("JobOutput", "movie.mp4").filePath).toBe("movie.mp4");
  });
  test("FilePathReflectsStoragePath_TaskStorage", () => {
    expect(ofTask("stdout.txt").filePath).toBe("stdout.txt");
  });
  test("FilePathReflectsStoragePath_Multilevel", () => {
    expect(ofTask("how/deep/does/this/go.txt").filePath).toBe("how/deep/does/this/go.txt");
  });
  test("FilePathReflectsStoragePath_SpecialCharacters", () => {
    const path = "Testing$/SpecialCharacters%/stdout.txt";
    expect(ofTask(path).filePath).toBe(path);
    expect(ofTask(path).blobClient.name).toBe(`test-task/$TaskLog/${path}`);
  });
  test("UriReflectsBlobUri", () => {
    const output = ofTask("a b+c%.txt");
    expect(output.url).toBe(output.blobClient.url.split("?")[0]);
  });
  test("UnderlyingBlobReflectsConstructorParameter", () => {
    const storage = new TaskOutputStorage(container, "test-task");
    const output = storage.getOutput("TaskLog", "stdout.txt");
    const expected = storage.containerClient.getBlobClient("test-task/$TaskLog/stdout.txt");
    expect(output.blobClient.url).toBe(expected.url);
    expect(output.blobClient).toBe(output.blobClient);
  });

  // "ForwardsToUnderlyingBlob" there; here against a real store.
  test("Delete_Abstraction, DownloadToByteArray, DownloadToFile, DownloadToStream, OpenRead", async () => {
    const { client, jobId, stored } = await prepareJob();
    await stored.getBlockBlobClient("test-task/$TaskLog/stdout.txt").uploadData(Buffer.from("hello"));
    const output = client.getTaskOutputStorage(jobId, "test-task").getOutput("TaskLog", "stdout.txt");
    expect((await output.downloadToBuffer()).toString()).toBe("hello");
    const path = join(createTemporaryFolder(), "stdout.txt");
    await output.downloadToFile(path);
    expect(await readFile(path, "utf8")).toBe("hello");
    expect((await buffer(await output.openRead())).toString()).toBe("hello");
    await output.delete();
    expect(await stored.getBlobClient("test-task/$TaskLog/stdout.txt").exists()).toBe(false);
  });
});
