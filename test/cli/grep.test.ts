import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

import { setUpCliJob, putBlob, runCli } from "../support/cli.js";
import { createJobId } from "../support/create-job-id.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { startFaultyStore, openTaskStorage } from "./support/commands.js";

const log = (task: string, path = "stdout.txt"): string => `${task}/$TaskLog/${path}`;

describe("grep", () => {
  it("says that no log was searched, with names that are similar to those it was given", async () => {
    const jobId = createJobId("film");
    const job = await setUpCliJob({ jobId });
    await putBlob(job, log("frame-8", "stderr.txt"), "Error\n");
    const search = async (...args: string[]) => await runCli(["grep", "Error", ...args], { env: job.env });
    expect(await search("--task", "frame-9")).toMatchObject({
      ...{ status: 1, stdout: "" },
      stderr: `No such logs of task frame-9 of job ${jobId}.\nDid you mean task frame-8?\n`,
    });
    const mistyped = jobId.replace("film", "flim");
    const noJobs = await search("--jobs", `${mistyped}*`);
    expect(noJobs).toMatchObject({ status: 1, stdout: "" });
    expect(noJobs.stderr).toBe(`No job of this account matches ${mistyped}*.\nDid you mean job ${jobId}?\n`);
    const noJob = await search("--job", mistyped);
    expect(noJob.status).toBe(2);
    expect(noJob.stderr).toContain(`\nDid you mean job ${jobId}?\n`);
    const noMatch = await runCli(["grep", "Warning"], { env: job.env });
    expect(noMatch).toMatchObject({ status: 1, stdout: "", stderr: "" });
  });

  it("prints matching lines of all tasks with task and file, and exits as grep does", async () => {
    const job = await setUpCliJob();
    await putBlob(job, log("t1"), "one\nERROR two\r\nthree ERROR");
    await putBlob(job, log("t2", "stderr.txt"), "nothing\n");
    await putBlob(job, "t2/$AppLog/app.log", "ERROR four\n");
    await putBlob(job, "t2/$TaskOutput/a.csv", "ERROR is not in a log\n");
    const found = await runCli(["grep", "ERROR", "-n"], { env: job.taskEnv });
    expect(found).toMatchObject({ status: 0, stderr: "" });
    expect(found.stdout.trim().split("\n").sort()).toEqual([
      "t1/stdout.txt:2:ERROR two",
      "t1/stdout.txt:3:three ERROR",
      "t2/$AppLog/app.log:1:ERROR four",
    ]);
    expect(await runCli(["grep", "never"], { env: job.env })).toMatchObject({
      status: 1,
      stdout: "",
      stderr: "",
    });
    expect((await runCli(["grep", "ERROR", "-k", "TaskOutput", "-c"], { env: job.env })).stdout).toBe(
      "t2/$TaskOutput/a.csv:1\n",
    );
    for (const args of [["grep", "("], ["grep", "(?=a)b"], ["grep"], ["grep", "x", "-m", "y"]])
      expect((await runCli(args, { env: job.env })).status).toBe(2);
    const missing = await setUpCliJob({ isPrepared: false });
    expect((await runCli(["grep", "x"], { env: missing.env })).status).toBe(2);
  });

  it("prints objects with --json", async () => {
    const job = await setUpCliJob();
    await putBlob(job, log("t1"), "a\nb\nc\n");
    const { objects } = await runCli(["grep", "b", "--json", "-B", "1"], { env: job.env });
    const address = { jobId: job.jobId, taskId: "t1", kind: "TaskLog", path: "stdout.txt" };
    expect(objects).toEqual([
      { ...address, line: 1, text: "a", isContext: true },
      { ...address, line: 2, text: "b" },
    ]);
  });

  it.skipIf(process.platform === "win32")(
    "finds what grep finds, with each of its flags",
    async () => {
      const job = await setUpCliJob();
      const folder = createTemporaryFolder();
      const files = {
        "a/log": `${Array.from({ length: 3_000 }, (_, n) => `line ${n} ${n % 97 === 0 ? "Error here" : "fine"}`).join("\n")}\n`,
        "b/log": "error\nERROR\n\nerror (code 7)\nlast error without a newline",
        "c/log": "x".repeat(300_000) + " error\n" + "y\n".repeat(70_000) + "error\n",
        "d/log": "\n\n",
      };
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
        await putBlob(job, name.replace("/", "/$TaskLog/"), content);
      }
      for (const args of [
        ["error"],
        ["-i", "error"],
        ["-v", "-n", "e"],
        ["-c", "error"],
        ["-l", "error"],
        ["-n", "-m", "2", "-i", "error"],
        ["-n", "-A", "2", "Error"],
        ["-n", "-B", "3", "Error"],
        ["-n", "-C", "1", "-i", "error"],
        ["-n", "-F", "(code 7)"],
        ["-n", "-i", "-F", "ERROR (C"],
        ["-n", "^$"],
        ["-n", "-m", "1", "-A", "1", "error"],
        ["-n", "error$"],
        ["-c", "-v", "x"],
      ]) {
        await Promise.all(
          Object.keys(files).map(async (name) => {
            const syntax = args.includes("-F") ? [] : ["-E"];
            const options = { cwd: folder, encoding: "utf8" } as const;
            const expected = spawnSync("grep", [...syntax, "-H", ...args, name], options);
            const found = await runCli(["grep", ...args, "--task", dirname(name)], { env: job.env });
            expect(found.stdout, args.join(" ")).toBe(expected.stdout);
          }),
        );
      }
    },
    300_000,
  );

  it("searches gzip content, UTF-16, logs of tracked files, and binary bytes", async () => {
    const job = await setUpCliJob();
    await putBlob(job, log("gz", "app.log.gz"), gzipSync("first\nneedle packed\n"));
    await putBlob(job, log("wide"), Buffer.from("\ufeffneedle wide größe\r\n", "utf16le"));
    await putBlob(job, log("binary"), Buffer.from([0, 1, 255, 10, ...Buffer.from("needle"), 0, 254, 10]));
    await putBlob(job, log("odd", "not-packed.gz"), "needle plain\n");
    const found = await runCli(["grep", "-c", "needle"], { env: job.env });
    expect(found.stdout.trim().split("\n").sort()).toEqual([
      "binary/stdout.txt:1",
      "gz/app.log.gz:1",
      "odd/not-packed.gz:1",
      "wide/stdout.txt:1",
    ]);
    const wide = await runCli(["grep", "größe", "--task", "wide"], { env: job.env });
    expect(wide.stdout).toBe("wide/stdout.txt:needle wide größe\n");
  });

  it("continues if one log cannot be read, and exits with 2", async () => {
    const job = await setUpCliJob();
    await putBlob(job, log("broken", "a.log.gz"), gzipSync("needle\n".repeat(1_000)).subarray(0, 40));
    await putBlob(job, log("good"), "needle\n");
    const found = await runCli(["grep", "-c", "needle"], { env: job.env });
    expect(found.stdout).toContain("good/stdout.txt:1\n");
    expect(found.status).toBe(2);
    expect(found.stderr).toContain('TaskLog "a.log.gz" of task broken');
  });

  it("searches tasks by globs, failed ones, recent ones, and several jobs", async () => {
    const job = await setUpCliJob();
    for (const [task, exitCode] of [
      ["a1", 1],
      ["a2", 0],
      ["b1", 1],
    ] as const) {
      const run = await openTaskStorage(job, task).recordRun();
      await putBlob(job, log(task), "needle\n");
      await run.end({ exitCode });
    }
    const tasks = async (...args: string[]) => {
      const { stdout } = await runCli(["grep", "-l", "needle", ...args], { env: job.env });
      return stdout
        .split("\n")
        .filter((line) => line !== "")
        .sort();
    };
    expect(await tasks("--task", "a*")).toEqual(["a1/stdout.txt", "a2/stdout.txt"]);
    expect(await tasks("--failed")).toEqual(["a1/stdout.txt", "b1/stdout.txt"]);
    expect(await tasks("--failed", "--task", "b1", "--task", "a2")).toEqual(["b1/stdout.txt"]);
    expect(await tasks("--since", "1d", "--exclude", "stdout.*")).toEqual([]);
    expect(await tasks("--jobs", `${job.jobId.slice(0, -1)}*`, "--task", "a1")).toContain(
      `${job.jobId}/a1/stdout.txt`,
    );
  });

  it("is not delayed by an endlessly backtracking pattern of another search", async () => {
    const job = await setUpCliJob();
    await putBlob(job, log("t1"), `${"a".repeat(100_000)}!\n`);
    for (const pattern of ["(a+)+$", "(a|a)*b", "(.*)*x", "(a?){30}a{30}b"])
      expect(await runCli(["grep", "-c", pattern], { env: job.env })).toMatchObject({ status: 1 });
  });

  it("exits with 2 if the store becomes unreachable", async () => {
    const job = await setUpCliJob();
    await putBlob(job, log("t1"), "needle\n");
    const store = await startFaultyStore(job, { isDown: true });
    expect((await runCli(["grep", "needle"], { env: store.env })).status).toBe(2);
  });

  it("reads patterns in RE2's syntax: classes of Unicode, limited repetition, matches of nothing; no look-behind", async () => {
    const job = await setUpCliJob();
    await putBlob(job, log("t1"), "größe 12\n\nΩmega\n\u0000nul\u0000\naaa\n");
    const count = async (...args: string[]) => {
      const { status, stdout, stderr } = await runCli(["grep", "-c", ...args], { env: job.env });
      return status === 2 ? stderr : stdout.trim();
    };
    expect(await count(String.raw`\p{Greek}`)).toBe("t1/stdout.txt:1");
    expect(await count(String.raw`^\P{L}*$`)).toBe("t1/stdout.txt:1");
    expect(await count("a*")).toBe("t1/stdout.txt:5");
    expect(await count("")).toBe("t1/stdout.txt:5");
    expect(await count("^a{3}$")).toBe("t1/stdout.txt:1");
    expect(await count(String.raw`\x00nul`)).toBe("t1/stdout.txt:1");
    expect(await count("-v", "a*")).toBe("t1/stdout.txt:0");
    for (const pattern of [
      "(?<=a)b",
      String.raw`(a)\1`,
      "a{1001}",
      "(a{1000}){1000}",
      "[z-a]",
      String.raw`\p{Nothing}`,
    ])
      expect(await count(pattern), pattern).toContain("not a regular expression in RE2's syntax");
    expect(await count("a".repeat(20_000))).toContain("at most 10000 characters");
    const none = await runCli(["grep", "a", "--task", "nothing-*"], { env: job.env });
    expect(none).toMatchObject({ status: 1, stdout: "" });
  });
});
