import { ContainerSASPermissions } from "@azure/storage-blob";
import { describe, expect, it } from "vitest";

import { mergeTaskRuns, TaskOutputStorage } from "../../../src/outputs/index.js";
import { collectAll, prepareJob, type PreparedJob } from "../../support/output-fixture.js";
import { storedFiles, storedNames } from "../../support/stored-files.js";

const prefix = ".batch-outputs/$TaskRun/";

async function names({ stored }: PreparedJob): Promise<string[]> {
  return await storedNames(stored);
}

async function taskWithPermissions({ stored }: PreparedJob, permissions: string): Promise<TaskOutputStorage> {
  const url = await stored.generateSasUrl({
    permissions: ContainerSASPermissions.parse(permissions),
    expiresOn: new Date(Date.now() + 3_600_000),
  });
  return new TaskOutputStorage(url, "t1");
}

describe("the record of a run", () => {
  it("has its start, then its end, in a blob of plain JSON and in the listing", async () => {
    const job = await prepareJob();
    const storage = job.client.getTaskOutputStorage(job.jobId, "t1");
    const run = await storage.recordRun({ command: ["simulate", "--seed", "7"], nodeId: "tvm-1" });
    const jobStorage = job.client.getJobOutputStorage(job.jobId);
    expect(await collectAll(jobStorage.listRuns())).toMatchObject([
      { taskId: "t1", runId: run.runId, state: "running", source: "program", nodeId: "tvm-1" },
    ]);
    await run.end({ exitCode: 3, saved: { outputs: 2, bytes: 10 } });
    const [record] = await collectAll(jobStorage.listRuns({ taskId: "t1" }));
    expect(record).toMatchObject({
      state: "ended",
      exitCode: 3,
      command: ["simulate", "--seed", "7"],
      saved: { outputs: 2, bytes: 10 },
    });
    expect(record?.endedAt?.getTime()).toBeGreaterThanOrEqual(record?.startedAt?.getTime() ?? Number.NaN);
    const [name = ""] = await names(job);
    expect(name).toBe(`${prefix}t1/${run.runId}.json`);
    const content = JSON.parse(
      (await job.stored.getBlobClient(name).downloadToBuffer()).toString(),
    ) as object;
    expect(content).toMatchObject({ version: 1, taskId: "t1", state: "ended", exitCode: 3 });
  });

  it("is no output and no task, whoever lists", async () => {
    const job = await prepareJob();
    await job.client.getTaskOutputStorage(job.jobId, "t1").recordRun();
    const storage = job.client.getJobOutputStorage(job.jobId);
    expect(await collectAll(storage.listAllOutputs())).toEqual([]);
    expect(await collectAll(storage.listOutputs())).toEqual([]);
    expect(await collectAll(storage.listTasks())).toEqual([]);
    // What the .NET library and the portal list, and Batch Explorer: all under the task's id.
    for (const listed of ["t1", "t1/$TaskOutput", "t1/$TaskLog", "$JobOutput", "$JobPreview"])
      expect(await storedFiles(job.stored, { prefix: listed })).toEqual([]);
  });

  it.each(["c", "w", "cw", "racwl"])("is written with the permissions %s alone", async (permissions) => {
    const job = await prepareJob();
    const run = await (await taskWithPermissions(job, permissions)).recordRun();
    await run.end({ exitCode: 1 });
    await run.end({ exitCode: 1, saved: { outputs: 1, bytes: 1 } });
    const records = await collectAll(job.client.getJobOutputStorage(job.jobId).listRuns());
    expect(mergeTaskRuns(records)).toMatchObject([{ state: "ended", exitCode: 1, saved: { outputs: 1 } }]);
  });

  it("keeps attempts apart, in their order", async () => {
    const job = await prepareJob();
    const storage = job.client.getTaskOutputStorage(job.jobId, "t1");
    for (const minute of [2, 0, 1]) {
      const run = await storage.recordRun({}, { startedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)) });
      await run.end({ exitCode: minute });
    }
    const records = await collectAll(job.client.getJobOutputStorage(job.jobId).listRuns());
    expect(records.map(({ exitCode }) => exitCode)).toEqual([0, 1, 2]);
  });

  it("is small and in ASCII, however long the command and the messages are", async () => {
    const job = await prepareJob();
    const storage = job.client.getTaskOutputStorage(job.jobId, "t1");
    const long = "é\n\u0000😀".repeat(20_000);
    const run = await storage.recordRun({ command: Array.from({ length: 5_000 }, () => long) });
    await run.end({
      exitCode: 1,
      saveFailures: { count: 900, messages: Array.from({ length: 900 }, () => long) },
    });
    const [record] = await collectAll(job.client.getJobOutputStorage(job.jobId).listRuns());
    expect(record).toMatchObject({ exitCode: 1, saveFailures: { count: 900 } });
    expect(record?.command?.[0]?.startsWith("é\n\u0000")).toBe(true);
    const [blob] = await storedFiles(job.stored);
    expect(blob?.properties.contentLength).toBeLessThanOrEqual(16 * 1024);
  });

  it("holds no credential, also where the caller's words have one", async () => {
    const job = await prepareJob();
    const storage = job.client.getTaskOutputStorage(job.jobId, "t1");
    const run = await storage.recordRun({ command: ["curl", "https://a/b?sig=topsecret"] });
    await run.end({ failure: { message: "AccountKey=topsecret;" } });
    const [name = ""] = await names(job);
    const blob = job.stored.getBlobClient(name);
    expect((await blob.downloadToBuffer()).toString()).not.toContain("topsecret");
    expect(JSON.stringify((await blob.getProperties()).metadata)).not.toContain("topsecret");
  });

  it("passes over what others put beside the records", async () => {
    const job = await prepareJob();
    const put = async (name: string, taskrun?: string) =>
      await job.stored
        .getBlockBlobClient(`${prefix}${name}`)
        .upload("x", 1, taskrun === undefined ? {} : { metadata: { taskrun } });
    await put("t1/a.json");
    await put("t1/b.json", "{");
    await put("t1/c.json", "null");
    await put("t1/d.json", '{"version":1,"state":"exploded"}');
    await put("t 1/e.json", '{"version":1,"state":"ended"}');
    await put(
      "t1/f.json",
      '{"version":2,"taskId":"t9","state":"ended","exitCode":"x","command":[1,"a"],"new":{}}',
    );
    expect(await collectAll(job.client.getJobOutputStorage(job.jobId).listRuns())).toMatchObject([
      { taskId: "t1", runId: "f", state: "ended", command: ["a"] },
    ]);
  });

  it("is deleted with those of the other attempts, and not with another task's", async () => {
    const job = await prepareJob();
    const storage = job.client.getTaskOutputStorage(job.jobId, "t1");
    await storage.recordRun();
    await storage.recordRun();
    await job.client.getTaskOutputStorage(job.jobId, "t10").recordRun();
    expect(await storage.deleteRuns()).toBe(2);
    expect(await storage.deleteRuns()).toBe(0);
    expect(await collectAll(job.client.getJobOutputStorage(job.jobId).listRuns())).toMatchObject([
      { taskId: "t10" },
    ]);
  });

  it("fails as a save does where the job is not prepared", async () => {
    const { client, stored } = await prepareJob();
    const storage = client.getTaskOutputStorage(`${stored.containerName}-none`, "t1");
    await expect(storage.recordRun()).rejects.toMatchObject({ code: "ContainerNotPrepared" });
  });

  it("checks its arguments before it makes a request", async () => {
    const storage = new TaskOutputStorage("https://a.blob.core.windows.net/job-x?sig=y", "t1");
    // @ts-expect-error: not an object
    await expect(storage.recordRun("x")).rejects.toThrow(TypeError);
  });
});
