import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import { type CliJob, putBlob, runCli, setUpCliJob } from "../support/cli.js";
import { openTaskStorage } from "./support/commands.js";

const text = `${Array.from({ length: 30_000 }, (_, index) => `line ${index}`).join("\n")}\nneedle at the end\n`;

async function put(job: CliJob, task: string, content: Uint8Array, encoding?: string): Promise<void> {
  await putBlob(job, `${task}/$TaskLog/stdout.txt`, content, "text/plain", encoding);
}

async function setUpEncodedLogs(): Promise<CliJob> {
  const job = await setUpCliJob();
  await put(job, "br", brotliCompressSync(text), "br");
  await put(job, "deflate", deflateSync(text), "deflate");
  await put(job, "gzip", gzipSync(text), "gzip");
  await put(job, "twice", brotliCompressSync(gzipSync(text)), "gzip, br");
  await put(job, "plain", Buffer.from(text), "utf-8");
  return job;
}

test("grep and tail read the content of encoded logs", async () => {
  const job = await setUpEncodedLogs();
  const found = await runCli(["grep", "-n", "needle"], { env: job.env });
  expect(found).toMatchObject({ status: 0, stderr: "" });
  const tasks = ["br", "deflate", "gzip", "plain", "twice"];
  expect(found.stdout.trim().split("\n").sort()).toEqual(
    tasks.map((task) => `${task}/stdout.txt:30001:needle at the end`),
  );
  for (const task of tasks) {
    const tail = async (...flags: string[]) =>
      (await runCli(["tail", "--task", task, ...flags], { env: job.env })).stdout;
    expect(await tail("-n", "2"), task).toBe("line 29999\nneedle at the end\n");
    expect(await tail("-n", "0"), task).toBe("");
    expect(await tail("-c", "4"), task).toBe("end\n");
    expect((await tail("-n", "50000")) === text, task).toBe(true);
    expect(await tail("-f", "-n", "1", "--json"), task).toContain('"text":"needle at the end"');
  }
});

test("cat writes the stored bytes, and with --decode the content or a range of it", async () => {
  const job = await setUpEncodedLogs();
  const cat = async (task: string, ...flags: string[]) =>
    await runCli(["cat", "TaskLog", "stdout.txt", "--task", task, ...flags], { env: job.env });
  expect((await cat("gzip")).stdout.startsWith("\u001f")).toBe(true);
  for (const task of ["br", "deflate", "gzip", "plain", "twice"]) {
    expect((await cat(task, "--decode")).stdout === text, task).toBe(true);
    expect((await cat(task, "--decode", "--offset", "5", "--count", "8")).stdout, task).toBe("0\nline 1");
    expect((await cat(task, "--decode", "--offset", "99999999")).stdout, task).toBe("");
  }
});

test("content that cannot be decoded is reported, and the other logs are read", async () => {
  const job = await setUpCliJob();
  await put(job, "good", brotliCompressSync("needle\n"), "br");
  await put(job, "cut", brotliCompressSync(text).subarray(0, 200), "br");
  await put(job, "other", Buffer.from("needle"), "compress");
  await put(job, "wrong", Buffer.from("needle in plain text\n"), "br");
  const found = await runCli(["grep", "-c", "needle"], { env: job.env });
  expect(found).toMatchObject({ status: 2, stdout: "good/stdout.txt:1\n" });
  expect(found.stderr).toMatch(/of task cut: .*"br", but it is damaged, incomplete.*\(ContentNotDecoded\)/);
  expect(found.stderr).toMatch(/of task other: .*"compress", which is not known.*\(ContentNotDecoded\)/);
  expect(found.stderr).toMatch(/of task wrong: .*"br", but it is damaged/);
  for (const command of [["tail"], ["cat", "TaskLog", "stdout.txt", "--decode"]]) {
    const read = await runCli([...command, "--task", "other"], { env: job.env });
    expect(read).toMatchObject({ status: 1, stdout: "" });
    expect(read.stderr).toMatch(
      /compress.*A download has the bytes as they are stored.*\(ContentNotDecoded\)/,
    );
  }
});

test("why reads the error at the end of an encoded log", async () => {
  const job = await setUpCliJob();
  const failed = `${text}Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: odd colour\n`;
  const stored = { br: brotliCompressSync(failed), gzip: gzipSync(failed) };
  for (const [task, content] of Object.entries(stored)) {
    const run = await openTaskStorage(job, task).recordRun();
    await put(job, task, content, task);
    await run.end({ exitCode: 1 });
  }
  const why = await runCli(["why"], { env: job.env });
  expect(why.stdout).toMatch(/2 of 2 failures.*\n.*ValueError: odd colour/);
});
