import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { setUpCliJob, putBlob, runCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();

describe("download", () => {
  it("downloads all kinds into folders named after them, and one kind under its paths", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a/b.csv", "1");
    await putBlob(job, "t1/$TaskLog/stdout.txt", "22");
    const cwd = createTemporaryFolder();
    const all = await runCli(["download", "all"], { cwd, env: job.taskEnv });
    expect(all).toMatchObject({ status: 0, stdout: "" });
    expect(all.stderr).toBe(`Downloaded 2 outputs (3 B) of task t1 of job ${job.jobId} to all\n`);
    expect(filesIn(join(cwd, "all"))).toEqual(["$TaskLog/stdout.txt", "$TaskOutput/a/b.csv"]);
    expect((await runCli(["download", "logs", "--kind", "TaskLog"], { cwd, env: job.taskEnv })).status).toBe(
      0,
    );
    expect(readFileSync(join(cwd, "logs/stdout.txt"), "utf8")).toBe("22");
  });

  it("downloads the whole job, each task's outputs into a separate folder", async () => {
    const job = await setUpCliJob();
    for (const name of ["$JobOutput/film.mp4", "t1/$TaskOutput/a.jpg", "t2/$TaskOutput/a.jpg"])
      await putBlob(job, name);
    const cwd = createTemporaryFolder();
    expect((await runCli(["download", "."], { cwd, env: job.env })).status).toBe(0);
    expect(filesIn(cwd)).toEqual(["$JobOutput/film.mp4", "t1/$TaskOutput/a.jpg", "t2/$TaskOutput/a.jpg"]);
    const verified = await runCli(["verify", ".", "--all-tasks", "--json"], { cwd, env: job.taskEnv });
    expect(verified.objects).toMatchObject([
      { status: "intact" },
      { status: "intact" },
      { status: "intact" },
    ]);
    const some = createTemporaryFolder();
    expect((await runCli(["download", ".", "--task", "t*"], { cwd: some, env: job.taskEnv })).status).toBe(0);
    expect(filesIn(some)).toEqual(["t1/$TaskOutput/a.jpg", "t2/$TaskOutput/a.jpg"]);
    const own = createTemporaryFolder();
    expect((await runCli(["download", ".", "--no-task"], { cwd: own, env: job.env })).status).toBe(0);
    expect(filesIn(own)).toEqual(["$JobOutput/film.mp4"]);
  });

  it("writes outputs of the job and of a task with the same local path to different files", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "$Shared/t1/a.txt", "job");
    await putBlob(job, "t1/$Shared/a.txt", "task");
    const cwd = createTemporaryFolder();
    const got = await runCli(["download", ".", "--kind", "Shared", "--json"], { cwd, env: job.env });
    const contents = got.objects.map(({ file }) => readFileSync(String(file), "utf8"));
    expect(contents).toEqual(["job", "task"]);
  });

  it("writes all files to one folder with --flatten, and nothing if two would have one name", async () => {
    const job = await setUpCliJob();
    for (const name of ["$JobOutput/all.csv", "t1/$TaskOutput/r/a.csv", "t2/$TaskOutput/r/a.csv"])
      await putBlob(job, name);
    const cwd = createTemporaryFolder();
    const run = async (template: string, ...args: string[]) =>
      await runCli(["download", "out", "--flatten", template, ...args], { cwd, env: job.env });
    expect(await run("{task}-{name}")).toMatchObject({ status: 0 });
    expect(filesIn(join(cwd, "out"))).toEqual(["job-all.csv", "t1-a.csv", "t2-a.csv"]);
    const verified = await runCli(["verify", "out", "--flatten", "{task}-{name}"], { cwd, env: job.env });
    expect(verified).toMatchObject({ status: 0 });
    await putBlob(job, "t3/$TaskOutput/r/A.csv");
    const collided = await run("new-{name}");
    expect(collided).toMatchObject({ status: 2, stdout: "" });
    expect(collided.stderr).toContain(
      'Two outputs would be written to "new-a.csv": TaskOutput "r/a.csv" of task t1, and TaskOutput "r/a.csv" of task t2.',
    );
    const inCase = await run("{name}", "--task", "t1", "--task", "t3", "--dry-run");
    expect(inCase).toMatchObject({ status: 2, stdout: "" });
    expect(filesIn(join(cwd, "out"))).toHaveLength(3);
    expect((await run("{kind}_{path}", "-t", "t1", "-n")).stdout).toMatch(
      / to out[\\/]TaskOutput_r_a\.csv\n$/,
    );
    for (const template of ["../{name}", "a/b", "{nope}", "{constructor}", String.raw`a\b`])
      expect(await run(template)).toMatchObject({ status: 2, stdout: "" });
  });

  it("reports each output with --json, also a renamed one", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a:b.txt", "x");
    await putBlob(job, "t1/$TaskOutput/c.txt", "yy");
    const cwd = createTemporaryFolder();
    const got = await runCli(["download", "out", "-k", "TaskOutput", "--json"], { cwd, env: job.taskEnv });
    expect(got.objects).toMatchObject([
      {
        kind: "TaskOutput",
        path: "a:b.txt",
        status: "downloaded",
        renamedFrom: "a:b.txt",
        file: expect.stringMatching(/out[\\/]a_b~[0-9a-f]{8}\.txt$/) as string,
      },
      { kind: "TaskOutput", path: "c.txt", status: "downloaded", size: 2, file: join(cwd, "out/c.txt") },
    ]);
    expect(got.stderr).toContain('renamed: "a:b.txt" to ');
  });

  it("keeps or compares existing files by --overwrite, and selects by globs", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a.txt", "new");
    await putBlob(job, "t1/$TaskOutput/b.tmp", "b");
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "a.txt"), "old");
    const run = async (...flags: string[]) =>
      (
        await runCli(["download", "-k", "TaskOutput", "--exclude", "*.tmp", "--json", ...flags], {
          cwd,
          env: job.taskEnv,
        })
      ).objects;
    expect(await run("--overwrite", "never")).toMatchObject([{ path: "a.txt", status: "skipped" }]);
    expect(readFileSync(join(cwd, "a.txt"), "utf8")).toBe("old");
    expect(await run()).toMatchObject([{ status: "downloaded" }]);
    expect(await run("--overwrite", "if-changed")).toMatchObject([{ status: "unchanged" }]);
    expect(filesIn(cwd)).toEqual(["a.txt"]);
  });

  it("lists with --dry-run what it would download", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a.txt", "abc");
    const cwd = createTemporaryFolder();
    const plain = await runCli(["download", "out", "--dry-run"], { cwd, env: job.taskEnv });
    expect(plain.stdout).toBe(
      `would download TaskOutput "a.txt" of task t1 (3 B) to ${join("out", "$TaskOutput", "a.txt")}\n`,
    );
    const json = await runCli(["download", "out", "-n", "--json"], { cwd, env: job.taskEnv });
    expect(json.objects).toMatchObject([{ status: "planned", file: join("out", "$TaskOutput", "a.txt") }]);
    expect(filesIn(cwd)).toEqual([]);
  });

  it("reports that there is nothing to download", async () => {
    const job = await setUpCliJob();
    const got = await runCli(["download", "-k", "Nope"], { env: job.taskEnv });
    expect(got).toMatchObject({ status: 0, stdout: "" });
    expect(got.stderr).toContain("Nothing to download");
  });

  it("downloads the others if one cannot be written, and fails if the folder cannot be created", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a.txt", "a");
    await putBlob(job, "t1/$TaskOutput/b.txt", "b");
    const cwd = createTemporaryFolder();
    // A folder stands where the file should be: for root too, whom no mode keeps from writing.
    mkdirSync(join(cwd, "a.txt/in-the-way"), { recursive: true });
    const some = await runCli(["download", "-k", "TaskOutput", "--json"], { cwd, env: job.taskEnv });
    expect(some.objects).toMatchObject([
      { path: "a.txt", status: "failed" },
      { path: "b.txt", status: "downloaded" },
    ]);
    expect(some.status).toBe(5);
    expect(some.stderr).toMatch(/failed: TaskOutput "a\.txt" of task t1: /);
    writeFileSync(join(cwd, "file"), "");
    const none = await runCli(["download", "file"], { cwd, env: job.taskEnv });
    expect(none).toMatchObject({ status: 1, stdout: "" });
    expect(none.stderr).toMatch(/^batch-outputs download: .*file/);
    // Nothing can be created there, and Node.js's own recursive mkdir tries for ever.
    if (process.platform !== "linux") return;
    const never = await runCli(["download", "/proc/no-such-folder"], { env: job.taskEnv });
    expect(never).toMatchObject({ status: 3, stdout: "" });
    expect(never.stderr).toMatch(/^batch-outputs download: .*\/proc\/no-such-folder/);
  });
});
