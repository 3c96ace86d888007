import { once } from "node:events";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";

import { type CliJob, putBlob, runCli, setUpCliJob, startCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createNodeCommand, waitUntilStored } from "./support/commands.js";

/** Prints its time, and again for each line of standard input. */
const onRequest = `
  const now = () => process.stdout.write(new Date().toISOString() + "\\n");
  now();
  process.stdin.on("data", now);
`;
const blank = " ".repeat(20);

/** A task that printed two lines, more than a second apart. */
async function runTwoLines(job: CliJob): Promise<void> {
  const run = startCli(["run", "--quiet", "--", ...createNodeCommand(onRequest)], { env: job.taskEnv });
  const { stdin, stdout } = run.process;
  if (stdout !== null) await once(stdout, "data");
  // Times are kept once a second.
  await setTimeout(1_100);
  stdin?.end("go on\n");
  expect((await run.ended).status).toBe(0);
}

/** Requires that a line begins with a time of at least a second before the one that it contains. */
function requireStamp(line: string | undefined): void {
  const [, stamp = "", printed = ""] = /^([-\d]+T[:\d]+Z) ([-\d]+T[.:\d]+Z)$/.exec(line ?? "") ?? [];
  const printedSecond = Math.floor(Date.parse(printed) / 1000);
  const late = Date.parse(stamp) / 1000 - printedSecond;
  expect(late, line).toBeGreaterThanOrEqual(-1);
}

test("cat and tail write the time that run recorded before each line", async () => {
  const job = await setUpCliJob();
  await runTwoLines(job);
  const cat = ["cat", "TaskLog", "stdout.txt", "--timestamps"];
  const whole = await runCli(cat, { env: job.taskEnv });
  expect(whole).toMatchObject({ status: 0, stderr: "" });
  const lines = whole.stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  for (const line of lines) requireStamp(line);
  expect(lines[0]?.slice(0, 20)).not.toBe(lines[1]?.slice(0, 20));
  // The first line has 25 bytes.
  expect((await runCli([...cat, "--offset", "25"], { env: job.taskEnv })).stdout).toBe(`${lines[1] ?? ""}\n`);
  const tail = async (...flags: string[]) =>
    await runCli(["tail", "--timestamps", ...flags], { env: job.taskEnv });
  expect((await tail()).stdout).toBe(whole.stdout);
  expect((await tail("-f")).stdout).toBe(whole.stdout);
  expect((await tail("-n", "1")).stdout).toBe(`${lines[1] ?? ""}\n`);
  expect((await tail("-c", "25")).stdout).toBe(`${lines[1] ?? ""}\n`);
  expect((await tail("--all-tasks")).stdout).toBe(lines.map((line) => `t1 | ${line}\n`).join(""));
  const { objects } = await tail("--json");
  expect(objects.map(({ time }) => `${String(time).slice(0, 19)}Z`)).toEqual(
    lines.map((line) => line.slice(0, 20)),
  );
});

test("lines without a stored time begin with blanks, and a log without times is reported", async () => {
  const job = await setUpCliJob();
  await putBlob(job, "t1/$TaskLog/stdout.txt", "one\nprogress 1\rprogress 2\nthree");
  for (const command of [["cat", "TaskLog", "stdout.txt"], ["tail"]]) {
    const read = await runCli([...command, "--timestamps"], { env: job.taskEnv });
    expect(read.stdout).toBe(["one", "progress 2", "three"].map((line) => `${blank} ${line}\n`).join(""));
    expect(read.stderr).toMatch(/^No times are stored for TaskLog "stdout\.txt" of task "?t1"?\.\n$/);
    expect(read.status).toBe(0);
  }
  const { objects } = await runCli(["tail", "--timestamps", "--json"], { env: job.taskEnv });
  expect(objects.map(({ time }) => time)).toEqual([null, null, null]);
});

test("what was in a file before it was tracked has no time, and what came later has one", async () => {
  const job = await setUpCliJob();
  const cwd = createTemporaryFolder();
  await writeFile(join(cwd, "app.log"), "before\n");
  const args = ["track", "app.log", "--flush-interval", "0.1s"];
  const track = startCli(args, { env: job.taskEnv, cwd });
  await waitUntilStored(job, "t1/$TaskLog/app.log", "before");
  await appendFile(join(cwd, "app.log"), "after\n");
  await waitUntilStored(job, "t1/$TaskLog/app.log", "after");
  track.process.kill("SIGTERM");
  await track.ended;
  const read = await runCli(["cat", "TaskLog", "app.log", "--timestamps"], { env: job.taskEnv });
  expect(read.stdout).toMatch(/^ {20} before\n\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ after\n$/);
});

test("tail --follow waits for the times of new lines", async () => {
  const job = await setUpCliJob();
  const args = ["run", "--quiet", "--flush-interval", "0.1s", "--", ...createNodeCommand(onRequest)];
  const run = startCli(args, { env: job.taskEnv });
  const tail = startCli(["tail", "-f", "--timestamps", "--poll-interval", "0.1s"], { env: job.taskEnv });
  let shown = "";
  tail.process.stdout?.on("data", (data: Buffer) => (shown += data.toString()));
  await expect.poll(() => shown, { timeout: 60_000 }).toMatch(/^\d.*Z \d.*Z\n$/);
  run.process.stdin?.end("go on\n");
  expect((await run.ended).status).toBe(0);
  expect((await tail.ended).status).toBe(0);
  const lines = shown.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  for (const line of lines) requireStamp(line);
});

test("cat takes either --decode or --timestamps", async () => {
  const job = await setUpCliJob();
  const read = await runCli(["cat", "TaskLog", "stdout.txt", "--decode", "--timestamps"], {
    env: job.taskEnv,
  });
  expect(read).toMatchObject({ status: 2, stdout: "" });
});
