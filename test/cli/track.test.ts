import { spawn } from "node:child_process";
import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import { listBlobNames, setUpCliJob, runCli, startCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { startFaultyStore, readStored, waitUntilStored, waitUntilWritten } from "./support/commands.js";

const log = "t1/$TaskLog/app.log";

describe("track", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "keeps a file live until %s, and then stores the rest",
    async (signal) => {
      const job = await setUpCliJob();
      const cwd = createTemporaryFolder();
      const file = join(cwd, "app.log");
      const tracking = startCli(["track", "app.log", "--flush-interval", "0.1s", "--json"], {
        env: job.taskEnv,
        cwd,
      });
      await waitUntilStored(job, log, "");
      writeFileSync(file, "first\n");
      await waitUntilStored(job, log, "first");
      appendFileSync(file, "last\n");
      tracking.process.kill(signal);
      const ended = await tracking.ended;
      expect(ended.status).toBe(0);
      expect(ended.objects).toEqual([
        {
          jobId: job.jobId,
          taskId: "t1",
          kind: "TaskLog",
          path: "app.log",
          sourcePath: "app.log",
          size: 11,
          status: "saved",
        },
      ]);
      expect((await readStored(job, log))?.toString()).toBe("first\nlast\n");
    },
  );

  it("ends when the given process has ended", async () => {
    const job = await setUpCliJob();
    const cwd = createTemporaryFolder();
    const writer = spawn(
      process.execPath,
      ["-e", `process.stdin.on("end", () => fs.writeFileSync("app.log", "all")).resume()`],
      { cwd, stdio: ["pipe", "ignore", "ignore"] },
    );
    onTestFinished(() => void writer.kill("SIGKILL"));
    const tracking = startCli(["track", "app.log", "--until-pid", String(writer.pid)], {
      env: job.taskEnv,
      cwd,
    });
    await waitUntilStored(job, log, "");
    writer.stdin.end();
    expect(await tracking.ended).toMatchObject({ status: 0, stdout: "" });
    expect((await readStored(job, log))?.toString()).toBe("all");
  });

  it("stores existing content once, under other kinds and names", async () => {
    const job = await setUpCliJob();
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "a"), "1");
    writeFileSync(join(cwd, "b"), "2");
    const once = async (...args: string[]) =>
      await runCli(["track", "--once", ...args], { env: job.taskEnv, cwd });
    expect((await once("a", "b", "--kind", "AppLog")).status).toBe(0);
    expect((await once("a", "--destination", "logs/a.txt")).status).toBe(0);
    expect((await once("a", "b", "--kind", "AppLog")).status).toBe(0);
    expect(await listBlobNames(job)).toEqual(["t1/$AppLog/a", "t1/$AppLog/b", "t1/$TaskLog/logs/a.txt"]);
  });

  it("stores a dozen files, without a warning of Node.js", async () => {
    const job = await setUpCliJob();
    const cwd = createTemporaryFolder();
    const names = Array.from({ length: 12 }, (_, index) => `${index}.log`);
    for (const name of names) writeFileSync(join(cwd, name), name);
    const { status, stderr } = await runCli(["track", "--once", ...names], { env: job.taskEnv, cwd });
    expect(status).toBe(0);
    expect(stderr.split("\n").filter((line) => line !== "" && !line.startsWith("Saved "))).toEqual([]);
  });

  it("tracks the files that an outputs file declares", async () => {
    const job = await setUpCliJob();
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "a"), "1");
    writeFileSync(
      join(cwd, "outputs.json"),
      JSON.stringify({ tracked: [{ file: "a", destination: "b.log" }] }),
    );
    const run = await runCli(["track", "--once", "-f", "outputs.json"], { env: job.taskEnv, cwd });
    expect(run.status).toBe(0);
    expect(await listBlobNames(job)).toEqual(["t1/$TaskLog/b.log"]);
  });

  it("stores what was written before the store answered, although the file was rotated meanwhile", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job, { isDown: true });
    const cwd = createTemporaryFolder();
    const file = join(cwd, "app.log");
    writeFileSync(file, "one\n");
    const tracking = startCli(["track", "app.log"], { env: store.env, cwd });
    await waitUntilWritten(tracking, "stderr", "cannot be stored at present");
    renameSync(file, `${file}.1`);
    writeFileSync(file, "two\n");
    renameSync(`${file}.1`, `${file}.2`);
    renameSync(file, `${file}.1`);
    writeFileSync(file, "three\n");
    store.setDown(false);
    await waitUntilStored(job, log, "three");
    tracking.process.kill("SIGTERM");
    const ended = await tracking.ended;
    expect(ended.status).toBe(0);
    expect((await readStored(job, log))?.toString()).toBe("one\ntwo\nthree\n");
  });

  it("continues while the store is unreachable, also at the start", async () => {
    const job = await setUpCliJob();
    const cwd = createTemporaryFolder();
    const store = await startFaultyStore(job, { isDown: true });
    writeFileSync(join(cwd, "app.log"), "kept\n");
    const tracking = startCli(["track", "app.log", "--flush-interval", "0.1s"], { env: store.env, cwd });
    await waitUntilWritten(tracking, "stderr", "cannot be stored at present");
    store.setDown(false);
    await waitUntilStored(job, log, "kept");
    tracking.process.kill("SIGTERM");
    expect((await tracking.ended).status).toBe(0);
  });

  it("fails within the grace time if the store stays unreachable", async () => {
    const job = await setUpCliJob();
    const cwd = createTemporaryFolder();
    const store = await startFaultyStore(job, { isDown: true });
    writeFileSync(join(cwd, "app.log"), "kept\n");
    const tracking = startCli(["track", "app.log", "--grace", "0.2s", "--json"], { env: store.env, cwd });
    await waitUntilWritten(tracking, "stderr", "cannot be stored at present");
    tracking.process.kill("SIGTERM");
    const ended = await tracking.ended;
    expect(ended.status).toBe(1);
    expect(ended.objects).toMatchObject([{ status: "failed", size: 0, error: { code: "StoreUnreachable" } }]);
  });

  it("lists with --dry-run what it would track, and stores nothing", async () => {
    const job = await setUpCliJob();
    const dry = (...args: string[]) =>
      runCli(["track", "logs/a.log", "../b.log", "--dry-run", ...args], { env: job.taskEnv });
    expect((await dry()).stdout).toBe(
      `would save logs/a.log while it grows as TaskLog "logs/a.log" of task t1 of job ${job.jobId}\n` +
        `would save ../b.log while it grows as TaskLog "b.log" of task t1 of job ${job.jobId}\n`,
    );
    const identity = { jobId: job.jobId, taskId: "t1", kind: "TaskLog", status: "planned" };
    expect((await dry("--json")).objects).toEqual([
      { ...identity, path: "logs/a.log", sourcePath: "logs/a.log" },
      { ...identity, path: "b.log", sourcePath: "../b.log" },
    ]);
    expect(await listBlobNames(job)).toEqual([]);
  });

  it("fails for a file that was never created, unless that is allowed", async () => {
    const job = await setUpCliJob();
    const once = async (...args: string[]) =>
      await runCli(["track", "--once", ...args], { env: job.taskEnv });
    const failed = await once("none.log");
    expect(failed.status).toBe(3);
    expect(failed.stderr).toContain("SourceMissing");
    expect((await once("none.log", "--allow-missing")).status).toBe(0);
  });

  it("exits at once if the store rejects the requests", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const run = await runCli(["track", "app.log"], { env: job.taskEnv });
    expect(run.status).toBe(3);
    expect(run.stderr).toContain("ContainerNotPrepared");
  });

  it.each([
    ["no file", [], 2],
    ["a process id that is none", ["a", "--until-pid", "x"], 2],
    ["two files of one name", ["a", "../a"], 2],
    ["a destination for several files", ["a", "b", "-d", "c"], 2],
    ["an absolute path without a destination", ["/var/log/app.log"], 2],
    ["a kind with a slash", ["a", "--kind", "x/y"], 2],
  ])("rejects %s", async (_, args, status) => {
    const job = await setUpCliJob();
    expect(await runCli(["track", ...args], { env: job.taskEnv })).toMatchObject({ status, stdout: "" });
    expect(await listBlobNames(job)).toEqual([]);
  });
});
