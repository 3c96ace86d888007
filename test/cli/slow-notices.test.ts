import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { type CliJob, setUpCliJob, startCli, type StartedCli } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import {
  createPreemption,
  type MetadataRequest,
  type MetadataService,
  startMetadataService,
} from "../support/metadata-service.js";
import { createNodeCommand, readStored, waitUntilStored, waitUntilWritten } from "./support/commands.js";

const saves = ["--on-preempt", "SIGUSR1", "--save", "TaskIntermediate=count:preempt"];

/** Writes its checkpoint at the signal, and ends. */
const program = createNodeCommand(`
  import { writeFileSync } from "node:fs";
  process.on("SIGUSR1", () => { writeFileSync("count", "last"); process.exit(0); });
  console.log("started");
  process.stdin.resume();`);

const notice = "Azure preempts this node";

interface Run {
  readonly job: CliJob;
  readonly service: MetadataService;
  readonly run: StartedCli;
}

async function startRun(prepare: (service: MetadataService) => void = () => undefined): Promise<Run> {
  const job = await setUpCliJob();
  const service = await startMetadataService();
  prepare(service);
  const env = { ...job.taskEnv, AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT: service.endpoint };
  const run = startCli(["run", ...saves, "--", ...program], { env });
  return { job, service, run };
}

/** Answers a request only when the next one has come: a service that takes longer than its client waits. */
function answerLate(service: MetadataService): void {
  let answerEarlier = (): void => undefined;
  service.whenToAnswer = (answer) => {
    answerEarlier();
    answerEarlier = answer;
  };
}

test("a notice that comes in a slow answer is heard: the files are saved, and the command gets its signal", async () => {
  const { job, service, run } = await startRun();
  await waitUntilWritten(run, "stdout", "started");
  // It has answered at once before.
  await expect.poll(() => service.requests.length).toBeGreaterThan(2);
  answerLate(service);
  service.answer = createPreemption("node_3");
  const { status, stderr } = await run.ended;
  expect({ status, isHeard: stderr.includes(notice) }).toEqual({ status: 0, isHeard: true });
  expect((await readStored(job, "t1/$TaskIntermediate/count"))?.toString()).toBe("last");
});

/** Never answers the first request for each path. Returns whether each was still open when its path was requested again. */
function loseFirstRequests(service: MetadataService): readonly boolean[] {
  const lost = new Map<string, MetadataRequest>();
  const wereOpen: boolean[] = [];
  service.whenToAnswer = (answer, request) => {
    const first = lost.get(request.path);
    if (first === undefined) {
      lost.set(request.path, request);
      return;
    }
    if (wereOpen.length < lost.size) wereOpen.push(!first.isGivenUp);
    answer();
  };
  return wereOpen;
}

test("a request that is never answered hides no notice: it is sent again while it is still open", async () => {
  let wereOpen: readonly boolean[] = [];
  const { job, run } = await startRun((service) => {
    wereOpen = loseFirstRequests(service);
    service.answer = createPreemption("node_3");
  });
  const { status, stderr } = await run.ended;
  expect({ status, isHeard: stderr.includes(notice) }).toEqual({ status: 0, isHeard: true });
  expect((await readStored(job, "t1/$TaskIntermediate/count"))?.toString()).toBe("last");
  // For the name of the machine, and for its events.
  expect(wereOpen).toEqual([true, true]);
});

test("a service that never answers delays neither what track stores nor its end", async () => {
  const job = await setUpCliJob();
  const service = await startMetadataService();
  service.whenToAnswer = () => undefined;
  const cwd = createTemporaryFolder();
  writeFileSync(join(cwd, "app.log"), "one\n");
  const env = { ...job.taskEnv, AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT: service.endpoint };
  const tracking = startCli(["track", "app.log", "--flush-interval", "1s"], { cwd, env });
  await expect.poll(() => service.requests.length).toBeGreaterThan(0);
  appendFileSync(join(cwd, "app.log"), "two\n");
  await waitUntilStored(job, "t1/$TaskLog/app.log", "one\ntwo\n");
  appendFileSync(join(cwd, "app.log"), "three\n");
  tracking.process.kill("SIGTERM");
  const { status, stderr } = await tracking.ended;
  expect({ status, isHeard: stderr.includes(notice) }).toEqual({ status: 0, isHeard: false });
  expect((await readStored(job, "t1/$TaskLog/app.log"))?.toString()).toBe("one\ntwo\nthree\n");
});
