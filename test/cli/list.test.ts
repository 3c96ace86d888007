import { describe, expect, it } from "vitest";

import { setUpCliJob, putBlob, runCli } from "../support/cli.js";

describe("list", () => {
  it("prints with --json one object a line, with the documented members and no more", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/results/a.csv", "1,2");
    await putBlob(job, "$JobOutput/film.mp4", "film");
    const ofTask = await runCli(["list", "--json"], { env: job.taskEnv });
    expect(ofTask).toMatchObject({ status: 0, stderr: "" });
    expect(ofTask.objects).toEqual([
      {
        jobId: job.jobId,
        taskId: "t1",
        kind: "TaskOutput",
        path: "results/a.csv",
        size: 3,
        lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
        contentType: "application/octet-stream",
        tier: "Hot",
        url: expect.stringMatching(/^http:\/\/[^?]+\/t1\/%24TaskOutput\/results\/a\.csv$/) as string,
      },
    ]);
    expect(Object.keys(ofTask.objects[0] ?? {})).toEqual([
      "jobId",
      "taskId",
      "kind",
      "path",
      "size",
      "lastModified",
      "contentType",
      "tier",
      "url",
    ]);
    const ofJob = await runCli(["list", "--json", "--no-task"], { env: job.taskEnv });
    expect(ofJob.objects).toMatchObject([{ kind: "JobOutput", path: "film.mp4" }]);
    expect(ofJob.objects[0]).not.toHaveProperty("taskId");
  });

  it("prints a table", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskLog/stdout.txt", "x".repeat(2048));
    await putBlob(job, "t1/$TaskOutput/a/b.csv", "1");
    const { stdout } = await runCli(["list"], { env: job.taskEnv });
    const time = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g;
    expect(stdout.replace(time, "TIME                ")).toBe(
      [
        "KIND        PATH           SIZE  LAST MODIFIED         TIER  CONTENT TYPE",
        "TaskLog     stdout.txt  2.0 KiB  TIME                  Hot   application/octet-stream",
        "TaskOutput  a/b.csv         1 B  TIME                  Hot   application/octet-stream",
        "",
      ].join("\n"),
    );
  });

  it("lists one kind, what globs name, and with --all-tasks every task's", async () => {
    const job = await setUpCliJob();
    for (const name of [
      "t1/$TaskLog/stdout.txt",
      "t1/$TaskOutput/a.csv",
      "t1/$TaskOutput/b.tmp",
      "t2/$TaskLog/stdout.txt",
    ])
      await putBlob(job, name);
    const paths = async (...args: string[]) => {
      const { objects } = await runCli(["list", "--json", ...args], { env: job.taskEnv });
      return objects.map(({ taskId, path }) => `${String(taskId)}:${String(path)}`);
    };
    expect(await paths("TaskLog")).toEqual(["t1:stdout.txt"]);
    expect(await paths("TaskOutput", "--exclude", "*.tmp")).toEqual(["t1:a.csv"]);
    expect(await paths("--include", "*.{tmp,txt}")).toEqual(["t1:stdout.txt", "t1:b.tmp"]);
    for (const flag of ["--all-tasks", "-a", "--all"])
      expect(await paths("TaskLog", flag)).toEqual(["t1:stdout.txt", "t2:stdout.txt"]);
  });

  it("lists nothing of an unknown kind, and says so on standard error", async () => {
    const job = await setUpCliJob();
    const listed = await runCli(["list", "Nope"], { env: job.taskEnv });
    expect(listed).toMatchObject({ status: 0, stdout: "" });
    expect(listed.stderr).toBe(`No Nope outputs of task t1 of job ${job.jobId}.\n`);
    expect(await runCli(["list", "Nope", "--json"], { env: job.taskEnv })).toMatchObject({
      stdout: "",
      stderr: "",
    });
  });

  it("says where a job's own outputs are none, that its tasks may have some", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a");
    const hint = " Use --all-tasks to include the outputs of its tasks.\n";
    const listed = await runCli(["list"], { env: job.env });
    expect(listed.stderr).toBe(`No saved outputs of job ${job.jobId}.${hint}`);
    const fetched = await runCli(["download"], { env: job.env });
    expect(fetched.stderr).toBe(`Nothing to download: job ${job.jobId} has no such outputs.${hint}`);
  });

  it.each(["a/b", "a.", ""])("refuses %j, which cannot be a kind", async (kind) => {
    const job = await setUpCliJob({ isPrepared: false });
    expect(await runCli(["list", kind], { env: job.env })).toMatchObject({ status: 2, stdout: "" });
    expect(await runCli(["list", kind, "--all-tasks"], { env: job.env })).toMatchObject({
      status: 2,
      stdout: "",
    });
  });

  it("says that a job is not prepared", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const listed = await runCli(["list"], { env: job.env });
    expect(listed).toMatchObject({ status: 3, stdout: "" });
    expect(listed.stderr).toContain("ContainerNotPrepared");
  });
});
