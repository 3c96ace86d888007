import { expect, test } from "vitest";

import { JobOutputStorage } from "../../../src/outputs/index.js";
import { prepareJob } from "../../support/output-fixture.js";

test("an output is reached by its blob's name, of the job or of a task, without a request", () => {
  const job = new JobOutputStorage("http://127.0.0.1:1/devstoreaccount1/job-j1");
  expect(job.getOutputByBlobName("t1/$TaskLog/a/b.txt")).toMatchObject({
    jobId: "j1",
    taskId: "t1",
    kind: "TaskLog",
    filePath: "a/b.txt",
    url: "http://127.0.0.1:1/devstoreaccount1/job-j1/t1/%24TaskLog/a/b.txt",
  });
  expect(job.getOutputByBlobName("$JobOutput/film")).toMatchObject({ kind: "JobOutput", filePath: "film" });
  expect(job.getOutputByBlobName("$JobOutput/film")).not.toHaveProperty("taskId");
});

test("names of other programs lead to their blobs; names that do not follow the convention return undefined", async () => {
  const { client, jobId, stored } = await prepareJob();
  const job = client.getJobOutputStorage(jobId);
  for (const name of ["t1/$TaskLog/a//b", "t1/$TaskOutput/x.", "t1/$my kind/C:x"]) {
    await stored.getBlockBlobClient(name).upload(name, name.length);
    expect((await job.getOutputByBlobName(name)?.downloadToBuffer())?.toString()).toBe(name);
  }
  for (const name of ["", "readme.txt", "t1/x", "a b/$TaskLog/x", "$", "$TaskLog/", "/$TaskLog/x"])
    expect(job.getOutputByBlobName(name), name).toBeUndefined();
});

test("a name that is not a string is refused", () => {
  const job = new JobOutputStorage("http://127.0.0.1:1/devstoreaccount1/job-j1");
  expect(() => job.getOutputByBlobName(1 as unknown as string)).toThrow("blobName must be a string");
});

test("no request is made for a name that would lead to another blob", () => {
  const job = new JobOutputStorage("http://127.0.0.1:1/devstoreaccount1/job-j1");
  const output = job.getOutputByBlobName("t1/$TaskLog/../../x");
  expect(() => output?.blobClient).toThrow(expect.objectContaining({ code: "UnsafePath" }) as Error);
});
