import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";

import { BatchOutputsClient } from "../../src/outputs/index.js";
import { createNodeCommand, startFaultyStore, waitUntilStored } from "./support/commands.js";
import { type CliJob, listBlobNames, runCli, setUpCliJob, startCli } from "../support/cli.js";
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

test("the times of a run that was killed end where they were stored", async () => {
  const job = await setUpCliJob();
  const script = `console.log("on"); process.stdin.resume();`;
  const run = startCli(["run", "--flush-interval", "0.1s", "--", ...createNodeCommand(script)], {
    env: job.taskEnv,
  });
  await waitUntilStored(job, "t1/$TaskLog/stdout.txt", "on");
  await expect.poll(async () => (await getLog(job).getLineTimes())?.endPosition).toBe(3);
  run.process.kill("SIGKILL");
  await run.ended;
  expect((await getLog(job).getLineTimes())?.find(0)).toBeDefined();
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
