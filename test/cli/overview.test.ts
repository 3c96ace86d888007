import { describe, expect, it } from "vitest";

import { setUpCliJob, putBlob, runCli } from "../support/cli.js";
import { openTaskStorage } from "./support/commands.js";
import { openAccountLosing } from "./support/account-losing.js";

async function filmJob() {
  const job = await setUpCliJob();
  await putBlob(job, "$JobOutput/film.mp4", "12345");
  await putBlob(job, "t1/$TaskLog/stdout.txt", "1");
  await putBlob(job, "t1/$TaskOutput/a", "22");
  await putBlob(job, "t1/$TaskOutput/b", "22");
  await putBlob(job, "t1-b/$TaskOutput/a", "333");
  return job;
}

const someTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string;

describe("tasks", () => {
  it("shows the recorded results of tasks, and selects tasks by result and by globs", async () => {
    const job = await setUpCliJob();
    for (const [task, exitCode] of Object.entries({ a1: 0, a2: 137, b1: 1 })) {
      const run = await openTaskStorage(job, task).recordRun({ nodeId: "n1" });
      if (task !== "b1") await putBlob(job, `${task}/$TaskLog/stdout.txt`);
      await run.end({ exitCode });
    }
    await putBlob(job, "old/$TaskLog/stdout.txt");
    const ids = async (...args: string[]) => {
      const { objects } = await runCli(["tasks", "--json", ...args], { env: job.env });
      return objects.map(({ taskId }) => taskId);
    };
    expect(await ids()).toEqual(["a1", "a2", "b1", "old"]);
    expect(await ids("--result", "failed")).toEqual(["a2", "b1"]);
    expect(await ids("--result", "failed", "--task", "a*")).toEqual(["a2"]);
    expect(await ids("--result", "unknown", "--result", "succeeded")).toEqual(["a1", "old"]);
    const { objects } = await runCli(["tasks", "--json", "--task", "a2"], { env: job.env });
    expect(objects).toMatchObject([{ taskId: "a2", result: "failed", exitCode: 137, nodeId: "n1" }]);
    const { stdout } = await runCli(["tasks"], { env: job.env });
    expect(stdout).toMatch(/^TASK +RESULT +EXIT +DURATION +KIND/);
    expect(stdout).toMatch(/\na2 +failed +137 /);
  });

  it("shows number and size of each task's outputs by kind", async () => {
    const job = await filmJob();
    const { objects, status, stderr } = await runCli(["tasks", "--json"], { env: job.taskEnv });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const tally = (outputs: number, bytes: number) => ({ outputs, bytes, lastModified: someTime });
    expect(objects).toEqual([
      { jobId: job.jobId, taskId: "t1-b", ...tally(1, 3), kinds: { TaskOutput: tally(1, 3) } },
      {
        jobId: job.jobId,
        taskId: "t1",
        ...tally(3, 5),
        kinds: { TaskLog: tally(1, 1), TaskOutput: tally(2, 4) },
      },
    ]);
    const { stdout } = await runCli(["tasks"], { env: job.env });
    expect(stdout.split("\n").map((line) => line.slice(0, 33).trimEnd())).toEqual([
      "TASK  KIND        OUTPUTS  SIZE",
      "t1-b  TaskOutput        1   3 B",
      "t1    TaskLog           1   1 B",
      "t1    TaskOutput        2   4 B",
      "",
    ]);
  });

  it("reports that no task has saved anything", async () => {
    const job = await setUpCliJob();
    expect(await runCli(["tasks"], { env: job.env })).toMatchObject({
      status: 0,
      stdout: "",
      stderr: `No task of job ${job.jobId} has saved outputs.\n`,
    });
  });
});

describe("usage", () => {
  it("of all jobs skips one that is deleted meanwhile", async () => {
    const [kept, gone] = [await filmJob(), await filmJob()];
    const env = await openAccountLosing(gone);
    const { status, stderr, objects } = await runCli(["usage", "--by", "job", "--json"], { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(objects).toContainEqual(expect.objectContaining({ jobId: kept.jobId, outputs: 5 }));
    expect(objects).not.toContainEqual(expect.objectContaining({ jobId: gone.jobId }));
  });

  it("adds up by kind, by task and by job", async () => {
    const job = await filmJob();
    const rows = async (...flags: string[]) =>
      (await runCli(["usage", "--json", ...flags], { env: job.env })).objects;
    expect(await rows()).toEqual([
      { jobId: job.jobId, kind: "JobOutput", outputs: 1, bytes: 5, lastModified: someTime },
      { jobId: job.jobId, kind: "TaskOutput", outputs: 3, bytes: 7, lastModified: someTime },
      { jobId: job.jobId, kind: "TaskLog", outputs: 1, bytes: 1, lastModified: someTime },
    ]);
    expect(await rows("--by", "task")).toMatchObject([
      { outputs: 1, bytes: 5 },
      { taskId: "t1-b", outputs: 1, bytes: 3 },
      { taskId: "t1", outputs: 3, bytes: 5 },
    ]);
    expect(await rows("--by", "job")).toContainEqual({
      jobId: job.jobId,
      outputs: 5,
      bytes: 13,
      lastModified: someTime,
    });
    const table = await runCli(["usage"], { env: job.env });
    expect(table.stderr).toBe("5 outputs, 13 B in all.\n");
  });
});

describe("jobs", () => {
  it("lists the jobs of the account", async () => {
    const job = await setUpCliJob();
    const listed = await runCli(["jobs", "--json"], { env: job.env });
    expect(listed.status).toBe(0);
    expect(listed.objects).toContainEqual({
      jobId: job.jobId,
      containerName: job.containerName,
      lastModified: someTime,
    });
    const table = await runCli(["jobs"], { env: job.env });
    // The time is not that of the outputs.
    expect(table.stdout).toMatch(/^JOB +CONTAINER +CONTAINER MODIFIED\n/);
    expect(table.stdout).toMatch(new RegExp(`^${job.jobId} +${job.containerName} `, "m"));
  });
});

describe("prepare and url", () => {
  it("create a container, and a URL that needs no other credential to save", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const prepared = await runCli(["prepare"], { env: job.env });
    expect(prepared).toMatchObject({ status: 0, stdout: "" });
    expect(prepared.stderr).toContain(job.containerName);
    expect((await runCli(["prepare", "--json"], { env: job.env })).objects).toEqual([
      { jobId: job.jobId, containerName: job.containerName },
    ]);
    const url = await runCli(["url", "--lifetime", "1h"], { env: job.env });
    expect(url).toMatchObject({ status: 0, stderr: "" });
    const env = { AZURE_BATCH_OUTPUTS_CONTAINER_URL: url.stdout.trim(), AZ_BATCH_TASK_ID: "t1" };
    const args = ["save", "TaskOutput", "-", "-d", "a.txt"];
    expect(await runCli(args, { env, stdin: "x" })).toMatchObject({ status: 0, stdout: "" });
    expect((await runCli(["list", "--json"], { env })).objects).toMatchObject([
      { jobId: job.jobId, path: "a.txt" },
    ]);
  });

  it("create nothing with --dry-run", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const planned = await runCli(["prepare", "--dry-run"], { env: job.env });
    expect(planned).toMatchObject({ status: 0, stdout: "" });
    expect(planned.stderr).toBe(
      `Would create container ${job.containerName} for the outputs of job ${job.jobId}, if it does not exist.\n`,
    );
    expect((await runCli(["list"], { env: job.env })).status).toBe(3);
  });

  it("print the expiry and permissions of the URL with --json", async () => {
    const job = await setUpCliJob();
    const { objects } = await runCli(["url", "--json", "--permissions", "rl", "--lifetime", "2d"], {
      env: job.env,
    });
    expect(objects).toEqual([
      {
        jobId: job.jobId,
        containerUrl: expect.stringContaining("sp=rl") as string,
        expiresOn: someTime,
        permissions: "rl",
      },
    ]);
  });

  it.each([
    ["no lifetime", ["url", "--lifetime", "0d"]],
    ["letters that mean nothing", ["url", "--permissions", "?"]],
    ["no job", ["url", "--job", ""]],
  ])("refuse %s", async (_, args) => {
    const job = await setUpCliJob({ isPrepared: false });
    expect(await runCli(args, { env: job.env })).toMatchObject({ status: 2, stdout: "" });
  });
});
