import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { TaskOutputKind } from "../../../src/conventions/index.js";
import type { SaveTrackedOptions } from "../../../src/outputs/index.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { makeGate } from "../../support/faults.js";
import { collectAll, type OutputFixture, setUpOutputs } from "../../support/output-fixture.js";
import type { OnRequest } from "../../support/fault-proxy.js";
import { storedNames } from "../../support/stored-files.js";

const path = "app.log";

async function prepareLog(onRequest?: OnRequest) {
  const fixture = await setUpOutputs(onRequest);
  const file = join(createTemporaryFolder(), path);
  const storage = fixture.client.getTaskOutputStorage(fixture.jobId, "t1");
  const output = storage.getOutput(TaskOutputKind.TaskLog, path);
  const track = async (options: SaveTrackedOptions = {}) =>
    await storage.saveTracked(TaskOutputKind.TaskLog, file, {
      destinationPath: path,
      flushIntervalInMs: Number.POSITIVE_INFINITY,
      lineTimes: true,
      ...options,
    });
  return {
    ...fixture,
    file,
    storage,
    output,
    track,
    write: (text: string) => {
      appendFileSync(file, text);
    },
    findTime: async (position: number) => (await output.getLineTimes())?.find(position)?.time.getTime(),
  };
}

const listTimes = async ({ stored }: Pick<OutputFixture, "stored">): Promise<string[]> =>
  (await storedNames(stored)).filter((name) => name.startsWith(".batch-outputs/$LineTimes/"));

test("a tracked log has the times at which its lines were seen", async () => {
  const log = await prepareLog();
  const before = Date.now();
  const tracked = await log.track();
  await tracked.flush();
  log.write("one\n");
  await tracked.flush();
  const between = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  log.write("two\n");
  await tracked.close();
  const after = Date.now();

  const times = await log.output.getLineTimes();
  const [first, second] = [times?.find(0), times?.find(4)];
  expect(first?.time.getTime()).toBeGreaterThanOrEqual(before);
  expect(first?.time.getTime()).toBeLessThanOrEqual(between);
  expect(second?.time.getTime()).toBeGreaterThan(between);
  expect(second?.time.getTime()).toBeLessThanOrEqual(after);
  expect(times?.startedAt.getTime()).toBeLessThanOrEqual(first?.time.getTime() ?? 0);
  // They may be as old as the look before, and are kept once a second.
  expect(second?.withinInMs).toBeGreaterThanOrEqual(1_000);
  expect([times?.find(8), times?.endPosition]).toEqual([undefined, 8]);
  expect((await log.output.downloadToBuffer()).toString()).toBe("one\ntwo\n");
});

test("no times are stored for what was in the file before, and none unless they are wanted", async () => {
  const log = await prepareLog();
  log.write("old\n");
  const tracked = await log.track();
  await tracked.flush();
  log.write("new\n");
  await tracked.close();
  const times = await log.output.getLineTimes();
  expect(times?.find(0)).toBeUndefined();
  expect(times?.find(4)).toBeDefined();

  const other = await prepareLog();
  const untimed = await other.track({ lineTimes: false });
  await untimed.flush();
  other.write("one\n");
  await untimed.close();
  expect(await other.output.getLineTimes()).toBeUndefined();
  expect(await listTimes(other)).toEqual([]);
});

test("a log that is continued keeps its times, and has none for what was written meanwhile", async () => {
  const log = await prepareLog();
  const crash = new AbortController();
  const first = await log.track({ abortSignal: crash.signal });
  await first.flush();
  log.write("one\n");
  await first.flush();
  await expect.poll(async () => (await log.output.getLineTimes())?.endPosition).toBe(4);
  crash.abort();
  log.write("two\n");
  const second = await log.track();
  expect(second.opening.outcome).toBe("resumed");
  await second.flush();
  log.write("three\n");
  await second.close();

  const times = await log.output.getLineTimes();
  expect([0, 4, 8].map((position) => times?.find(position) !== undefined)).toEqual([true, false, true]);
  expect(await listTimes(log)).toHaveLength(1);
});

test("a log that is continued without times has none for what is added", async () => {
  const log = await prepareLog();
  const first = await log.track();
  await first.flush();
  log.write("one\n");
  await first.close();
  log.write("two\n");
  const second = await log.track({ lineTimes: false });
  await second.close();
  const times = await log.output.getLineTimes();
  expect([0, 4].map((position) => times?.find(position) !== undefined)).toEqual([true, false]);
});

test("the lines of rotated files have times by their position in the log", async () => {
  const log = await prepareLog();
  const tracked = await log.track();
  await tracked.flush();
  log.write("one\n");
  await tracked.flush();
  renameSync(log.file, `${log.file}.1`);
  writeFileSync(log.file, "two\n");
  await tracked.flush();
  const between = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  log.write("three\n");
  await tracked.close();
  expect((await log.output.downloadToBuffer()).toString()).toBe("one\ntwo\nthree\n");
  expect(await log.findTime(4)).toBeLessThanOrEqual(between);
  expect(await log.findTime(8)).toBeGreaterThan(between);
});

test("earlier attempts keep their times", async () => {
  const log = await prepareLog();
  const first = await log.track();
  await first.flush();
  log.write("one\n");
  await first.close();
  const firstTime = await log.findTime(0);
  writeFileSync(log.file, "");
  const second = await log.track({ onExisting: "keep" });
  await second.flush();
  log.write("two\n");
  await second.close();
  const kept = log.storage.getOutput(TaskOutputKind.TaskLog, "app.attempt-1.log");
  expect((await kept.getLineTimes())?.find(0)?.time.getTime()).toBe(firstTime);
  expect(await log.findTime(0)).toBeGreaterThanOrEqual(firstTime ?? Infinity);
});

test.each([
  ["a longer log", '{"version":1,"start":1,"from":0,"to":5,"at":1,"withinMs":1,"steps":[]}\n'],
  ["a later version", '{"version":2}\n'],
  ["no lines of JSON", "one\n"],
  ["nothing", ""],
  ["too many bytes", " ".repeat(4 * 1024 * 1024 + 1)],
])("times of %s are ignored", async (_, content) => {
  const log = await prepareLog();
  const tracked = await log.track();
  await tracked.flush();
  log.write("one\n");
  await tracked.close();
  const [name = ""] = await listTimes(log);
  const index = log.stored.getAppendBlobClient(name);
  expect(await log.output.getLineTimes()).toBeDefined();
  await index.delete();
  await log.stored.getBlockBlobClient(name).upload(content, content.length);
  expect(await log.output.getLineTimes()).toBeUndefined();
});

test("an output that is no log has no times, and one that does not exist is not found", async () => {
  const { client, jobId } = await setUpOutputs();
  const storage = client.getTaskOutputStorage(jobId, "t1");
  const { output } = await storage.saveText(TaskOutputKind.TaskOutput, "text", "a.txt");
  expect(await output.getLineTimes()).toBeUndefined();
  const missing = storage.getOutput(TaskOutputKind.TaskOutput, "b.txt");
  await expect(missing.getLineTimes()).rejects.toMatchObject({ code: "OutputNotFound" });
});

test("times are no outputs: no listing shows them, and the log's deletion deletes them", async () => {
  const log = await prepareLog();
  const tracked = await log.track();
  await tracked.flush();
  log.write("one\n");
  await tracked.close();
  const job = log.client.getJobOutputStorage(log.jobId);
  expect(await listTimes(log)).toHaveLength(1);
  expect((await collectAll(job.listAllOutputs())).map(({ filePath }) => filePath)).toEqual([path]);
  expect(await collectAll(job.listTasks())).toEqual(["t1"]);
  expect(await collectAll(job.listOutputs())).toEqual([]);
  await log.output.delete();
  expect(await listTimes(log)).toEqual([]);
});

test("logs of the job itself have times too", async () => {
  const log = await prepareLog();
  const job = log.client.getJobOutputStorage(log.jobId);
  const options = { destinationPath: path, flushIntervalInMs: Number.POSITIVE_INFINITY, lineTimes: true };
  const tracked = await job.saveTracked("JobOutput", log.file, options);
  await tracked.flush();
  log.write("one\n");
  await tracked.close();
  expect((await job.getOutput("JobOutput", path).getLineTimes())?.find(0)).toBeDefined();
});

const isTimes = (url: string): boolean => url.includes("LineTimes");

test.each([
  ["refused", { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" }],
  ["not answered", { kind: "cut-before" }],
] as const)("a log is stored whole if its times are %s, which is reported once", async (_, fault) => {
  const log = await prepareLog(({ url }) => (isTimes(url) ? fault : undefined));
  const tracked = await log.track();
  const errors: Error[] = [];
  tracked.on("lineTimesError", (error) => errors.push(error));
  await tracked.flush();
  for (const line of ["one\n", "two\n", "three\n"]) {
    log.write(line);
    await tracked.flush();
  }
  await tracked.close();
  expect((await log.output.downloadToBuffer()).toString()).toBe("one\ntwo\nthree\n");
  expect((await log.output.getProperties()).log?.finishedAt).toBeDefined();
  expect(errors).toHaveLength(1);
  log.proxy.onRequest = undefined;
  expect(await log.output.getLineTimes()).toBeUndefined();
});

test("a log is finished if the store never answers a request for its times", async () => {
  const log = await prepareLog(({ url }) =>
    isTimes(url) ? { kind: "delay", until: new Promise<void>(() => undefined) } : undefined,
  );
  const tracked = await log.track();
  const errors: Error[] = [];
  tracked.on("lineTimesError", (error) => errors.push(error));
  await tracked.flush();
  log.write("one\n");
  await tracked.close();
  expect((await log.output.getProperties()).log?.finishedAt).toBeDefined();
  expect(errors.map(({ message }) => message)).toEqual(["The store did not accept them within 5 s."]);
});

test.each([
  ["and more is written", "two\n"],
  ["and nothing follows", ""],
])("lines that were stored by a flush that was given up have times, %s", async (_, rest) => {
  const gate = makeGate();
  let appends = 0;
  const log = await prepareLog(({ operation, url }) =>
    operation === "AppendBlock" && !isTimes(url) && appends++ === 0
      ? { kind: "delay-answer", until: gate.opened }
      : undefined,
  );
  const tracked = await log.track();
  await tracked.flush();
  log.write("one\n");
  const flush = new AbortController();
  const flushing = expect(tracked.flush({ abortSignal: flush.signal })).rejects.toThrow();
  await expect.poll(async () => (await log.output.getProperties()).size).toBe(4);
  flush.abort();
  await flushing;
  log.write(rest);
  await tracked.close();
  gate.open();
  const length = 4 + rest.length;
  const times = await log.output.getLineTimes();
  expect([times?.find(0), times?.find(length - 1)]).not.toContain(undefined);
  expect(times?.endPosition).toBe(length);
  expect((await log.output.downloadToBuffer()).toString()).toBe(`one\n${rest}`);
});

test.each([["cut-after"], ["cut-before"]] as const)(
  "times whose answer was lost (%s) are stored, and none is wrong",
  async (kind) => {
    let left = 2;
    const log = await prepareLog(({ operation, url }) =>
      operation === "AppendBlock" && isTimes(url) && left-- > 0 ? { kind } : undefined,
    );
    const tracked = await log.track();
    await tracked.flush();
    log.write("one\n");
    await tracked.close();
    expect(left).toBeLessThanOrEqual(0);
    const times = await log.output.getLineTimes();
    expect([times?.find(0) !== undefined, times?.endPosition]).toEqual([true, 4]);
  },
);

test.each([["cut-after"], ["cut-before"]] as const)(
  "the lines of a flush whose answer was lost (%s) have times",
  async (kind) => {
    const log = await prepareLog();
    const tracked = await log.track();
    await tracked.flush();
    log.write("one\n");
    await tracked.flush();
    let left = 1;
    log.proxy.onRequest = ({ operation, url }) =>
      operation === "AppendBlock" && !isTimes(url) && left-- > 0 ? { kind } : undefined;
    log.write("two\n");
    await tracked.flush();
    log.write("three\n");
    await tracked.close();
    const times = await log.output.getLineTimes();
    expect((await log.output.downloadToBuffer()).toString()).toBe("one\ntwo\nthree\n");
    expect([0, 4, 8].map((position) => times?.find(position) !== undefined)).toEqual([true, true, true]);
  },
);
