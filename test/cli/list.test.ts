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

  it("lists one kind, matches of globs, and with --all-tasks the whole job, also in a task", async () => {
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

  it("lists nothing for an unknown kind, and reports it on standard error", async () => {
    const job = await setUpCliJob();
    const listed = await runCli(["list", "Nope"], { env: job.taskEnv });
    expect(listed).toMatchObject({ status: 0, stdout: "" });
    expect(listed.stderr).toMatch(
      new RegExp(
        `^No Nope outputs of task t1 of job ${job.jobId}\\.\nThe task is from .+\nTask t1 has saved nothing here\\.`,
      ),
    );
    expect(await runCli(["list", "Nope", "--json"], { env: job.taskEnv })).toMatchObject({
      stdout: "",
      stderr: "",
    });
  });

  it("lists nothing for a task without outputs and succeeds; reading an output of it fails", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t2/$TaskLog/stdout.txt");
    const task = ["--task", "never"];
    for (const command of ["list", "usage", "tasks", "verify", "why"])
      expect(await runCli([command, ...task], { env: job.env }), command).toMatchObject({ status: 0 });
    expect(await runCli(["download", "out", ...task], { env: job.env })).toMatchObject({ status: 0 });
    for (const reading of [["cat", "TaskLog", "stdout.txt"], ["tail"]]) {
      const ended = await runCli([...reading, ...task], { env: job.env });
      expect(ended, reading[0]).toMatchObject({ status: 3, stdout: "" });
    }
    const listed = await runCli(["list", "--job", `${job.jobId}-none`], { env: job.env });
    expect(listed).toMatchObject({ status: 3, stdout: "" });
  });

  it("lists the whole job, its own outputs first, or those alone, or those of some tasks", async () => {
    const job = await setUpCliJob();
    for (const name of [
      "-t/$TaskLog/a",
      "$JobOutput/film.mp4",
      "a1/$TaskLog/b",
      "a2/$TaskLog/c",
      "b/$TaskLog/d",
    ])
      await putBlob(job, name);
    const paths = async (...args: string[]) =>
      (await runCli(["list", "--json", ...args], { env: job.env })).objects.map(({ path }) => path);
    expect(await paths()).toEqual(["film.mp4", "a", "b", "c", "d"]);
    expect(await paths("--no-task")).toEqual(["film.mp4"]);
    expect(await paths("--task", "a*")).toEqual(["b", "c"]);
    expect(await paths("-t", "b", "-t", "a1")).toEqual(["d", "b"]);
    expect(await paths("-t", "b", "-t", "a?", "TaskLog")).toEqual(["b", "c", "d"]);
    expect((await runCli(["list"], { env: job.env })).stdout).toMatch(/^TASK +KIND +PATH/);
  });

  it("suggests a similar task and kind", async () => {
    const job = await setUpCliJob();
    for (const name of ["frame-12/$TaskLog/a", "frame-12/$TaskOutput/a", "other/$Frames/a"])
      await putBlob(job, name);
    const said = async (...args: string[]) => (await runCli(["list", ...args], { env: job.env })).stderr;
    expect(await said("-t", "fraem-12")).toBe(
      `No saved outputs of task fraem-12 of job ${job.jobId}.\nDid you mean task frame-12?\n`,
    );
    expect(await said("TaskLogs")).toBe(
      `No TaskLogs outputs of job ${job.jobId}.\nDid you mean kind TaskLog?\n`,
    );
    expect(await said("Pictures", "-t", "other")).toContain("\nThere is Frames.\n");
    expect(await said("TaskPrevew", "-t", "other")).toContain(
      "\nDid you mean kind TaskPreview? There is Frames.\n",
    );
    expect(await said("TaskPreview", "-t", "other")).toContain("\nThere is Frames.\n");
    const cat = await runCli(["cat", "TaskLogs", "a", "-t", "frame-12"], { env: job.env });
    expect(cat).toMatchObject({ status: 3, stdout: "" });
    expect(cat.stderr).toContain("\nDid you mean kind TaskLog?\n");
    const path = await runCli(["cat", "TaskOutput", "b", "-t", "frame-12"], { env: job.env });
    expect(path.stderr).toContain("\nDid you mean path a?\n");
  });

  it("says what can be done about a task that saved nothing, as tail does", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "frame-12/$TaskLog/stdout.txt");
    const advice = `Task render has saved nothing here. While its node exists, \`batch-outputs rescue --job ${job.jobId} --task render --kind TaskIntermediate\` saves the files that it has there`;
    for (const args of [["list"], ["tail"]]) {
      const { stderr } = await runCli([...args, "--task", "render"], { env: job.env });
      expect(stderr).toContain(advice);
    }
  });

  it("says that a task is from a variable of the environment", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "frame-12/$TaskLog/stdout.txt");
    const env = { ...job.env, AZ_BATCH_TASK_ID: "run-1" };
    const advice =
      "The task is from the variable AZ_BATCH_TASK_ID; --all-tasks or --task '*' selects others.\n";
    for (const args of [["list"], ["verify"], ["download"], ["list", "TaskLog"]])
      expect((await runCli(args, { env })).stderr).toContain(advice);
    expect((await runCli(["list", "--task", "run-1"], { env })).stderr).not.toContain("variable");
    const cat = await runCli(["cat", "TaskLog", "stdout.txt"], { env });
    expect(cat.stderr).toContain("The task is from the variable AZ_BATCH_TASK_ID; --task ID selects others.");
  });

  it("says that an output of the job itself was meant, if no task is named", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "frame-12/$TaskLog/stdout.txt");
    const said = async (...more: string[]) =>
      (await runCli(["cat", "TaskLog", "stdout.txt", ...more], { env: job.env })).stderr;
    const advice = "\nThis means an output of the job itself; for one of a task, add --task ID.\n";
    expect(await said()).toContain(advice);
    expect(await said("--no-task")).not.toContain("This means");
  });

  it("takes the kind as an argument or a flag", async () => {
    const job = await setUpCliJob();
    for (const name of ["t1/$TaskLog/a", "t1/$TaskOutput/b"]) await putBlob(job, name);
    const paths = async (...args: string[]) =>
      (await runCli(["list", "--json", ...args], { env: job.env })).objects.map(({ path }) => path);
    expect(await paths("--kind", "TaskLog")).toEqual(["a"]);
    expect(await paths("-k", "TaskLog", "TaskLog")).toEqual(["a"]);
    const both = await runCli(["list", "--kind", "TaskLog", "TaskOutput"], { env: job.env });
    expect(both).toMatchObject({ status: 2, stdout: "" });
  });

  it("suggests a similar job", async () => {
    const job = await setUpCliJob();
    const jobId = `${job.jobId}x`;
    const listed = await runCli(["list", "--job", jobId], { env: job.env });
    expect(listed).toMatchObject({ status: 3, stdout: "" });
    expect(listed.stderr).toMatch(new RegExp(`\nDid you mean job ${job.jobId}(?:,| or |\\?)`));
  });

  it("reports, if the job itself has no outputs, that those of its tasks are not included", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a");
    const hint = "The outputs of its tasks are not included; --task '*' selects them.\n";
    const listed = await runCli(["list", "--no-task"], { env: job.env });
    expect(listed.stderr).toBe(`No saved outputs of job ${job.jobId} itself.\n${hint}`);
    const fetched = await runCli(["download", "--no-task"], { env: job.env });
    expect(fetched.stderr).toBe(
      `Nothing to download: there are no such outputs of job ${job.jobId} itself.\n${hint}`,
    );
  });

  it.each(["a/b", "a.", ""])("rejects %j, which is not a valid kind", async (kind) => {
    const job = await setUpCliJob({ isPrepared: false });
    expect(await runCli(["list", kind], { env: job.env })).toMatchObject({ status: 2, stdout: "" });
    expect(await runCli(["list", kind, "--all-tasks"], { env: job.env })).toMatchObject({
      status: 2,
      stdout: "",
    });
  });

  it("reports that a job is not prepared", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const listed = await runCli(["list"], { env: job.env });
    expect(listed).toMatchObject({ status: 3, stdout: "" });
    expect(listed.stderr).toContain("ContainerNotPrepared");
  });
});
