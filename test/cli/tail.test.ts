import { once } from "node:events";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { setUpCliJob, type CliJob, putBlob, runCli, startCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import {
  startFaultyStore,
  createNodeCommand,
  openTaskStorage,
  waitUntilWritten,
} from "./support/commands.js";

const log = "t1/$TaskLog/stdout.txt";

async function tail(job: CliJob, ...args: string[]) {
  return await runCli(["tail", ...args], { env: job.taskEnv });
}

/** A log that a task writes, and the test decides what. */
async function growingLog(job: CliJob, task = "t1") {
  const file = join(createTemporaryFolder(), "stdout.txt");
  writeFileSync(file, "");
  const tracked = await openTaskStorage(job, task).saveTracked("TaskLog", file, {
    destinationPath: "stdout.txt",
    flushIntervalInMs: Number.POSITIVE_INFINITY,
  });
  return {
    write: async (text: string) => {
      appendFileSync(file, text);
      await tracked.flush();
    },
    close: () => tracked.close(),
  };
}

describe("tail", () => {
  it("writes the last lines, ten by default, as tail does", async () => {
    const job = await setUpCliJob();
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}\n`);
    await putBlob(job, log, lines.join(""));
    expect(await tail(job)).toMatchObject({ status: 0, stdout: lines.slice(-10).join(""), stderr: "" });
    expect((await tail(job, "-n", "2")).stdout).toBe("line 28\nline 29\n");
    expect((await tail(job, "-n", "0")).stdout).toBe("");
    expect((await tail(job, "-n", "999")).stdout).toBe(lines.join(""));
    expect((await tail(job, "-c", "5")).stdout).toBe("e 29\n");
    expect((await tail(job, "-c", "0")).stdout).toBe("");
  });

  it("counts text after the last newline as a line", async () => {
    const job = await setUpCliJob();
    await putBlob(job, log, "a\n\nb");
    expect((await tail(job, "-n", "1")).stdout).toBe("b");
    expect((await tail(job, "-n", "2")).stdout).toBe("\nb");
    expect((await tail(job, "-n", "3")).stdout).toBe("a\n\nb");
    await putBlob(job, log, "");
    expect(await tail(job)).toMatchObject({ status: 0, stdout: "" });
  });

  it("reads only the end of a long log", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job);
    const long = `${"x".repeat(99)}\n`.repeat(200_000);
    await putBlob(job, log, `${long}last but one\nlast\n`);
    const found = await runCli(["tail", "-n", "2"], { env: store.env });
    expect(found).toMatchObject({ status: 0, stdout: "last but one\nlast\n" });
    const ranges = store.proxy.exchanges.filter(({ operation }) => operation === "GetBlob");
    expect(ranges.length).toBeLessThanOrEqual(2);
  });

  it("finds lines that are longer than a range", async () => {
    const job = await setUpCliJob();
    const long = "y".repeat(3_000_000);
    await putBlob(job, log, `first\n${long}\nlast\n`);
    const found = await tail(job, "-n", "2");
    expect(found.stdout).toBe(`${long}\nlast\n`);
  });

  it("follows a log until it is finished, as it grows", async () => {
    const job = await setUpCliJob();
    const growing = await growingLog(job);
    await growing.write("one\ntwo\n");
    const following = startCli(["tail", "-f", "-n", "1", "--poll-interval", "0.05s"], { env: job.taskEnv });
    await waitUntilWritten(following, "stdout", "two\n");
    await growing.write("three");
    await waitUntilWritten(following, "stdout", "three");
    await growing.close();
    expect(await following.ended).toMatchObject({ status: 0, stdout: "two\nthree" });
  });

  it("waits for a log that is not there yet", async () => {
    const job = await setUpCliJob();
    const following = startCli(["tail", "-f", "--poll-interval", "0.05s"], { env: job.taskEnv });
    await waitUntilWritten(following, "stderr", "does not exist yet");
    const growing = await growingLog(job);
    await growing.write("at last\n");
    await growing.close();
    expect(await following.ended).toMatchObject({ status: 0, stdout: "at last\n" });
  });

  it("names similar tasks once while it waits for a log of a task that may be mistyped", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "frame-12/$TaskLog/stdout.txt", "other\n");
    const following = startCli(["tail", "-f", "--task", "fraem-12", "--poll-interval", "0.05s"], {
      env: job.env,
    });
    await waitUntilWritten(following, "stderr", "Did you mean task frame-12?");
    await putBlob(job, "fraem-12/$TaskLog/stdout.txt", "at last\n");
    expect(await following.ended).toMatchObject({
      ...{ status: 0, stdout: "at last\n" },
      stderr:
        'TaskLog "stdout.txt" of task fraem-12 does not exist yet; waiting.\nDid you mean task frame-12?\n',
    });
  });

  it("starts again when the task runs again", async () => {
    const job = await setUpCliJob();
    const cwd = createTemporaryFolder();
    writeFileSync(join(cwd, "stdout.txt"), "first attempt\n");
    const first = startCli(["track", "stdout.txt"], { env: job.taskEnv, cwd });
    const following = startCli(["tail", "-f", "--poll-interval", "0.05s"], { env: job.taskEnv });
    await waitUntilWritten(following, "stdout", "first attempt");
    // As when its node is taken away: nobody says that the log is finished.
    first.process.kill("SIGKILL");
    await first.ended;
    const second = await runCli(["run", "--", ...createNodeCommand(`console.log("second attempt")`)], {
      env: job.taskEnv,
    });
    expect(second.status).toBe(0);
    expect(await following.ended).toMatchObject({ status: 0, stdout: "first attempt\nsecond attempt\n" });
  });

  it("ends with 130 at Ctrl-C", async () => {
    const job = await setUpCliJob();
    const growing = await growingLog(job);
    await growing.write("one\n");
    const following = startCli(["tail", "-f"], { env: job.taskEnv });
    await waitUntilWritten(following, "stdout", "one");
    following.process.kill("SIGINT");
    expect(await following.ended).toMatchObject({ status: 130, stdout: "one\n" });
    await growing.close();
  });

  it("shows several tasks by whole lines, each prefixed with its task", async () => {
    const job = await setUpCliJob();
    for (const task of ["frame-1", "frame-10", "merge"])
      await putBlob(job, `${task}/$TaskLog/stdout.txt`, `a of ${task}\nb`);
    const env = job.env;
    const frames = await runCli(["tail", "--task", "frame-*"], { env });
    expect(frames).toMatchObject({
      status: 0,
      stdout: "frame-1  | a of frame-1\nframe-1  | b\nframe-10 | a of frame-10\nframe-10 | b\n",
    });
    const chosen = await runCli(["tail", "-n", "1", "-t", "merge", "-t", "frame-1"], { env });
    expect(chosen.stdout).toBe("merge   | b\nframe-1 | b\n");
    expect((await runCli(["tail", "-n", "1", "--all-tasks"], { env })).stdout.split("\n")).toHaveLength(4);
  });

  it("follows several tasks at a time", async () => {
    const job = await setUpCliJob();
    const [one, two] = [await growingLog(job, "one"), await growingLog(job, "two")];
    const following = startCli(["tail", "-f", "-t", "one", "-t", "two", "--poll-interval", "0.05s"], {
      env: job.env,
    });
    await two.write("half a ");
    await one.write("whole\n");
    await waitUntilWritten(following, "stdout", "one | whole\n");
    await two.write("line\nrest");
    await waitUntilWritten(following, "stdout", "two | half a line\n");
    await Promise.all([one.close(), two.close()]);
    expect((await following.ended).stdout).toBe("one | whole\ntwo | half a line\ntwo | rest\n");
  });

  it.each([
    ["--all-tasks", ["--all-tasks"]],
    ["a glob", ["--task", "frame-*"]],
  ])("follows with %s also tasks that appear later, until Ctrl-C", async (_, flags) => {
    const job = await setUpCliJob();
    const following = startCli(["tail", "-f", ...flags, "--poll-interval", "0.05s"], { env: job.env });
    await waitUntilWritten(following, "stderr", "No such task has saved outputs yet; waiting.");
    const one = await growingLog(job, "frame-1");
    await one.write("first\n");
    await waitUntilWritten(following, "stdout", "frame-1 | first\n");
    await one.close();
    const two = await growingLog(job, "frame-100");
    await two.write("second\n");
    await waitUntilWritten(following, "stdout", "frame-100 | second\n");
    await two.close();
    following.process.kill("SIGINT");
    expect(await following.ended).toMatchObject({
      status: 130,
      stdout: "frame-1 | first\nframe-100 | second\n",
    });
  });

  it("follows a dozen tasks, without a warning of Node.js", async () => {
    const job = await setUpCliJob();
    const tasks = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const logs = await Promise.all(tasks.map((task) => growingLog(job, task)));
    const flags = tasks.flatMap((task) => ["-t", task]);
    const following = startCli(["tail", "-f", ...flags, "--poll-interval", "0.05s"], { env: job.env });
    for (const [index, { write, close }] of logs.entries()) {
      await Promise.all([waitUntilWritten(following, "stdout", `t${index} `), write("line\n")]);
      await close();
    }
    const { status, stderr } = await following.ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("ends when its output is closed, while it follows all tasks", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "one/$TaskLog/stdout.txt", "here\n");
    const growing = await growingLog(job, "two");
    const following = startCli(["tail", "-f", "--all-tasks", "--poll-interval", "0.05s"], { env: job.env });
    await waitUntilWritten(following, "stdout", "one | here\n");
    const exited = once(following.process, "exit");
    const unread = expect(following.ended).rejects.toThrow("Premature close");
    following.process.stdout?.destroy();
    await growing.write("more\n");
    expect(await exited).toEqual([0, null]);
    await unread;
    await growing.close();
  });

  it("writes with --json an object for each line", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "one/$TaskLog/app.log", Buffer.from("caf\u00e9 \u001b[1m\n\n\xff", "latin1"));
    await putBlob(job, "two/$TaskLog/app.log", "b\n");
    const { jobId } = job;
    const line = (taskId: string, text: string) => ({
      jobId,
      taskId,
      kind: "TaskLog",
      path: "app.log",
      text,
    });
    const both = await runCli(["tail", "app.log", "--all-tasks", "--json"], { env: job.env });
    expect(both.status).toBe(0);
    expect(both.stdout).not.toContain("\u001b");
    expect(both.objects).toEqual([
      line("one", "caf\ufffd \u001b[1m"),
      line("one", ""),
      line("one", "\ufffd"),
      line("two", "b"),
    ]);
    const last = await runCli(["tail", "app.log", "-t", "two", "-n", "1", "--json"], { env: job.env });
    expect(last.objects).toEqual([line("two", "b")]);
  });

  it("reports a task without that log, and shows the others", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "one/$TaskLog/stdout.txt", "here\n");
    const run = await runCli(["tail", "-t", "one", "-t", "two"], { env: job.env });
    expect(run).toMatchObject({ status: 5, stdout: "one | here\n" });
    expect(run.stderr).toContain("OutputNotFound");
  });

  it("skips tasks without that log when all or a glob are given, and reports it", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "frame-1/$TaskOutput/image.png");
    await putBlob(job, "frame-2/$TaskLog/stdout.txt", "here\n");
    for (const choice of [["--all-tasks"], ["-t", "frame-*"]]) {
      const run = await runCli(["tail", ...choice], { env: job.env });
      expect(run).toMatchObject({ status: 0, stdout: "frame-2 | here\n" });
      expect(run.stderr).toContain('TaskLog "stdout.txt" of task frame-1 does not exist.');
      expect((await runCli(["tail", "app.log", ...choice], { env: job.env })).status).toBe(3);
    }
    const named = await runCli(["tail", "-t", "frame-1", "-t", "frame-*"], { env: job.env });
    expect(named).toMatchObject({ status: 5, stdout: "frame-2 | here\n" });
  });

  it("fails if there is no such log, and refuses contradictory flags", async () => {
    const job = await setUpCliJob();
    expect(await tail(job)).toMatchObject({ status: 3, stdout: "" });
    expect((await tail(job, "-n", "1", "-c", "1")).status).toBe(2);
    expect((await tail(job, "-n", "many")).status).toBe(2);
    expect((await tail(job, "--kind", "a/b")).status).toBe(2);
    expect((await runCli(["tail"], { env: job.env })).status).toBe(2);
    expect((await runCli(["tail", "-t", "none-*"], { env: job.env })).status).toBe(3);
  });
});

it("suggests --kind when the kind is given as an argument", async () => {
  const found = await runCli(["tail", "TaskLog", "stderr.txt", "--job", "j", "--task", "t1"]);
  expect(found).toMatchObject({ status: 2, stdout: "" });
  expect(found.stderr).toContain("Specify the output kind with --kind.");
  expect(found.stderr).toContain("Run `batch-outputs tail --help` for help.");
});
