import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";

import { BatchOutputsClient } from "../../src/outputs/index.js";
import { createNodeCommand, startFaultyStore, waitUntilStored } from "./support/commands.js";
import { type CliJob, listBlobNames, runCli, setUpCliJob, startCli } from "../support/cli.js";
import { conditionTimeoutInMs } from "../support/time-limits.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";

const getLog = ({ jobId }: CliJob, name = "stdout.txt") =>
  BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString)
    .getTaskOutputStorage(jobId, "t1")
    .getOutput("TaskLog", name);

/** Prints its time, and again for each line of standard input. */
const onRequest = `
  const now = () => process.stdout.write(String(Date.now()) + "\\n");
  now();
  process.stdin.once("data", () => { now(); process.stdin.pause(); });
`;

test("run stores when the command wrote its lines, although it stores the log later", async () => {
  const job = await setUpCliJob();
  const args = ["run", "--quiet", "--flush-interval", "1h", "--", ...createNodeCommand(onRequest)];
  const run = startCli(args, { env: job.taskEnv });
  const { stdin, stdout } = run.process;
  // It passes on a line after it has seen it. Times are kept once a second.
  if (stdout !== null) await once(stdout, "data");
  await setTimeout(1_100);
  stdin?.end("go on\n");
  expect((await run.ended).status).toBe(0);
  const log = getLog(job);
  const text = (await log.downloadToBuffer()).toString();
  const times = await log.getLineTimes();
  const [first = 0, second = 0] = text.trim().split("\n").map(Number);
  const seen = [0, text.indexOf("\n") + 1].map((position) => times?.find(position));
  expect(seen[0]?.time.getTime()).toBeGreaterThanOrEqual(first);
  expect(seen[0]?.time.getTime()).toBeLessThan(second);
  expect(seen[1]?.time.getTime()).toBeGreaterThanOrEqual(second);
  expect(seen.map((each) => each?.withinInMs)).toEqual([1_000, 1_000]);
  expect(times?.startedAt.getTime()).toBeLessThanOrEqual(first);
});

test("run stores no times with --no-line-times, and none of an empty log", async () => {
  const job = await setUpCliJob();
  const print = createNodeCommand(`console.log("one")`);
  await runCli(["run", "--quiet", "--no-line-times", "--", ...print], { env: job.taskEnv });
  expect(await listTimes(job)).toEqual([]);
  await runCli(["run", "--quiet", "--", ...print], { env: job.taskEnv });
  expect(await listTimes(job)).toHaveLength(1);
});

test("run reports times that the store refuses, and stores the log", async () => {
  const job = await setUpCliJob();
  const store = await startFaultyStore(job);
  store.proxy.onRequest = ({ url }) =>
    url.includes("LineTimes")
      ? { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" }
      : undefined;
  const run = await runCli(["run", "--", ...createNodeCommand(`console.log("one")`)], { env: store.env });
  expect(run.status).toBe(0);
  expect(run.stderr.match(/times of the lines/g)).toHaveLength(1);
  expect((await getLog(job).downloadToBuffer()).toString()).toBe("one\n");
});

test("the times of a run that is ended by SIGTERM reach the last byte of its log", async () => {
  const job = await setUpCliJob();
  // Prints on after the signal, until its grace period is nearly over, as a program does that saves its state.
  const script = `
    process.once("SIGTERM", () => { process.stdout.write("saves its state\\nends without a newline"); process.exit(3); });
    console.log("works");
    setInterval(() => console.log("works"), 20);`;
  const args = ["run", "--quiet", "--flush-interval", "1h", "--", ...createNodeCommand(script)];
  const run = startCli(args, { env: job.taskEnv });
  if (run.process.stdout !== null) await once(run.process.stdout, "data");
  run.process.kill("SIGTERM");
  await run.ended;
  const log = getLog(job);
  const text = (await log.downloadToBuffer()).toString();
  expect(text).toMatch(/^works\n(works\n)*saves its state\nends without a newline$/);
  const times = await log.getLineTimes();
  expect(times?.endPosition).toBe(text.length);
  for (let at = 0; at < text.length; at += 1) expect(times?.find(at), `byte ${at}`).toBeDefined();
});

test("a run that is killed has the times that were stored, and the next attempt stores its own", async () => {
  const job = await setUpCliJob();
  const script = `console.log("on"); process.stdin.on("data", () => console.log("more"));`;
  const args = ["run", "--flush-interval", "0.1s", "--", ...createNodeCommand(script)];
  const run = startCli(args, { env: job.taskEnv });
  await waitUntilStored(job, "t1/$TaskLog/stdout.txt", "on");
  await expect
    .poll(async () => (await getLog(job).getLineTimes())?.endPosition, { timeout: conditionTimeoutInMs })
    .toBe(3);
  // The log comes first: its times follow up to ten seconds later.
  run.process.stdin?.write("go on\n");
  await waitUntilStored(job, "t1/$TaskLog/stdout.txt", "more");
  run.process.kill("SIGKILL");
  await run.ended;
  const killed = await getLog(job).getLineTimes();
  expect(killed?.find(0)).toBeDefined();
  expect([3, 8]).toContain(killed?.endPosition);
  const next = ["run", "--quiet", "--", ...createNodeCommand(`console.log("again")`)];
  expect((await runCli(next, { env: job.taskEnv })).status).toBe(0);
  const latest = getLog(job);
  expect((await latest.downloadToBuffer()).toString()).toBe("again\n");
  expect((await latest.getLineTimes())?.endPosition).toBe(6);
  const former = getLog(job, "stdout.attempt-1.txt");
  expect((await former.downloadToBuffer()).toString()).toBe("on\nmore\n");
  expect((await former.getLineTimes())?.find(0)?.time).toEqual(killed?.find(0)?.time);
});

test("what the next attempt stores of a run that was killed has no times, because nobody knows them", async () => {
  const job = await setUpCliJob();
  const script = `console.log("on"); process.stdin.on("data", () => console.log("more"));`;
  const args = ["run", "--flush-interval", "1h", "--", ...createNodeCommand(script)];
  const run = startCli(args, { env: job.taskEnv });
  const { stdin, stdout } = run.process;
  await waitUntilStored(job, "t1/$TaskLog/stdout.txt", "on");
  await expect
    .poll(async () => (await getLog(job).getLineTimes())?.endPosition, { timeout: conditionTimeoutInMs })
    .toBe(3);
  stdin?.write("go on\n");
  if (stdout !== null) await once(stdout, "data");
  run.process.kill("SIGKILL");
  await run.ended;
  const print = createNodeCommand(`console.log("again")`);
  await runCli(["run", "--quiet", "--", ...print], { env: job.taskEnv });
  const former = getLog(job, "stdout.attempt-1.txt");
  expect((await former.downloadToBuffer()).toString()).toBe("on\nmore\n");
  const times = await former.getLineTimes();
  expect([0, 2, 3, 7].map((at) => times?.find(at) !== undefined)).toEqual([true, true, false, false]);
});

test("delete deletes the times with the last output of the task, also those of a replaced log", async () => {
  const job = await setUpCliJob();
  const print = createNodeCommand(`console.log("one")`);
  await runCli(["run", "--quiet", "--", ...print], { env: job.taskEnv });
  const log = getLog(job);
  await log.blobClient.delete();
  await runCli(["run", "--quiet", "--", ...print], { env: job.taskEnv });
  expect(await listTimes(job)).toHaveLength(2);
  const args = ["delete", "TaskLog", "--task", "t1", "--yes"];
  expect((await runCli(args, { env: job.env })).status).toBe(0);
  expect(await listTimes(job)).toEqual([]);
});

async function listTimes(job: CliJob): Promise<readonly string[]> {
  return (await listBlobNames(job)).filter((name) => name.includes("$LineTimes"));
}
