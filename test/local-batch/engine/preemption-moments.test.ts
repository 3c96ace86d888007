import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { BatchOutputsClient, type TaskOutputStorage } from "../../../src/outputs/index.js";
import { cliPath } from "../../support/cli.js";
import { createJobId } from "../../support/create-job-id.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { hangTimeoutInMs } from "../../support/time-limits.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createAzureClient, createPoolSettings } from "../support/azure-client.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { waitUntilTrue } from "../support/wait.js";

/** How many tasks lose their node: few in every run; `PREEMPTIONS=200` for more. */
const rounds = Number(process.env["PREEMPTIONS"] ?? 2);

/** Services that preempt at the same time: each has a clock of its own. */
const lanes = Math.min(3, rounds);

const steps = 400;
const noticeInMs = 30_000;
const program = join(import.meta.dirname, "programs/hash-chain.mjs");

/** The result and the log of the program if nothing disturbs it. */
function runUndisturbed(): { readonly result: string; readonly log: string } {
  const cwd = createTemporaryFolder();
  const args = [program, String(steps), join(cwd, "printed"), program];
  const log = execFileSync(process.execPath, args, { cwd, encoding: "utf8" });
  return { result: readFileSync(join(cwd, "result.txt"), "utf8"), log };
}

function readProgress(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
}

/** The last step that the program printed, in whichever attempt. */
function readLastStep(path: string): number {
  return Number(readProgress(path).findLast((line) => /^\d+$/.test(line)) ?? 0);
}

/** The step that each attempt continued from, of those that started the program. */
function readStarts(path: string): readonly number[] {
  return readProgress(path).flatMap((line) => (line.startsWith("from ") ? [Number(line.slice(5))] : []));
}

async function readText(outputs: TaskOutputStorage, kind: string, path: string): Promise<string> {
  const output = outputs.getOutput(kind, path);
  return (await output.exists()) ? (await output.downloadToBuffer()).toString() : "";
}

/** Whole lines: the last one may be incomplete. */
function countLines(text: string): number {
  return text.split("\n").length - 1;
}

/** The number of the last whole line, which is the step that it was printed at. */
function readLastLoggedStep(log: string): number {
  return Number.parseInt(log.split("\n").at(-2) ?? "0", 10);
}

interface Preemption {
  readonly attempt: number;
  /** The step that the program had reached when the notice was given; 0 before its first one. */
  readonly atStep: number;
  /** The time from the notice until everything that was there was stored. */
  readonly storedAfterInMs: number;
}

interface Round {
  readonly preemptions: readonly Preemption[];
  /** How often the task was taken from its node, as the service counts. */
  readonly taken: number;
  /** Steps that are in no log: those after the last flush of an attempt. */
  readonly stepsWithoutLog: number;
}

/** Runs a task that loses its node at each of these steps, one after the other. */
type Lane = (moments: readonly number[]) => Promise<Round>;

async function startLane(expected: { readonly result: string; readonly log: string }): Promise<Lane> {
  const store = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
  const service = await startTestBatch();
  const client = createAzureClient(service);
  await client.pool.add(createPoolSettings({ targetDedicatedNodes: 0, targetLowPriorityNodes: 1 }));

  return async (moments) => {
    const jobId = createJobId("moment");
    const folder = createTemporaryFolder();
    const [printed, permit] = [join(folder, "printed"), join(folder, "permit")];
    await store.prepareOutputStorage(jobId);
    const outputs = store.getTaskOutputStorage(jobId, "t");
    await client.job.add({ id: jobId, poolInfo: { poolId: "p" } });
    const flags =
      "--restore TaskIntermediate --save TaskIntermediate=checkpoint.json:preempt --save TaskOutput=result.txt:success";
    await client.task.add(jobId, {
      id: "t",
      commandLine: `${process.execPath} ${cliPath} run ${flags} -- ${process.execPath} ${program} ${steps} ${printed} ${permit}`,
      environmentSettings: [
        {
          name: "AZURE_BATCH_OUTPUTS_CONTAINER_URL",
          value: await store.getOutputStorageContainerUrl(jobId),
        },
      ],
    });

    /** Gives the notice when the program has reached the step, and takes the node when it is over. */
    const preempt = async (attempt: number, moment: number): Promise<Preemption> => {
      await waitUntilTrue(async () => {
        const { state, executionInfo } = await client.task.get(jobId, "t");
        return state === "running" && executionInfo?.requeueCount === attempt - 1;
      });
      await waitUntilTrue(() => readLastStep(printed) >= moment);
      const { nodeInfo } = await client.task.get(jobId, "t");
      const atStep = readLastStep(printed);
      const begun = performance.now();
      const taken = service.preemptNode("p", nodeInfo?.nodeId ?? "", { noticeInMs });
      await waitUntilTrue(async () => {
        const checkpoint = await readText(outputs, "TaskIntermediate", "checkpoint.json");
        const log = await readText(outputs, "TaskLog", "stdout.txt");
        // An attempt does not print again what is in the checkpoint that it restored. Until it prints, the log is that of the one before.
        const start = readStarts(printed)[attempt - 1];
        if (start === undefined) return false;
        const isOwnLog = Number.parseInt(log, 10) === start + 1;
        const isLogged = start >= atStep || (isOwnLog && readLastLoggedStep(log) >= atStep);
        return checkpoint !== "" && (JSON.parse(checkpoint) as unknown[]).length >= atStep && isLogged;
      });
      const storedAfterInMs = performance.now() - begun;
      await service.clock.advance(noticeInMs);
      await taken;
      return { attempt, atStep, storedAfterInMs };
    };
    const preemptions: Preemption[] = [];
    for (const [index, moment] of moments.entries()) preemptions.push(await preempt(index + 1, moment));
    writeFileSync(permit, "");

    await waitUntilTrue(async () => (await client.task.get(jobId, "t")).state === "completed");
    const { executionInfo } = await client.task.get(jobId, "t");
    expect(executionInfo).toMatchObject({ exitCode: 0 });
    expect(await readText(outputs, "TaskOutput", "result.txt")).toBe(expected.result);

    // The log of each attempt is a piece of the undisturbed one; the next begins where the restored checkpoint was.
    let [loggedUntil, stepsWithoutLog] = [0, 0];
    const names = moments.map((_, index) => `stdout.attempt-${index + 1}.txt`);
    const starts = readStarts(printed);
    expect(starts).toHaveLength(moments.length + 1);
    for (const [index, name] of [...names, "stdout.txt"].entries()) {
      const log = await readText(outputs, "TaskLog", name);
      expect(expected.log).toContain(log);
      const restored = starts[index] ?? 0;
      if (log !== "") expect(Number.parseInt(log, 10)).toBe(restored + 1);
      expect(restored).toBeGreaterThanOrEqual(preemptions[index - 1]?.atStep ?? 0);
      stepsWithoutLog += Math.max(0, restored - loggedUntil);
      loggedUntil = restored + countLines(log);
      expect(loggedUntil).toBeGreaterThanOrEqual(preemptions[index]?.atStep ?? steps);
    }
    return { preemptions, taken: executionInfo?.requeueCount ?? 0, stepsWithoutLog };
  };
}

/**
 * Steps at which a task loses its node. 0: before the program has begun. Every third task loses two nodes; where the first attempt had
 * come further than the second moment, the second notice comes while the second attempt restores and starts.
 */
function chooseMoments(index: number): number[] {
  const moments = Array.from({ length: index % 3 === 1 ? 2 : 1 }, () => Math.floor(Math.random() * steps));
  return moments.sort((one, other) => one - other);
}

/** For a run of many rounds: what was measured, as numbers to write down. */
function printFigures(ends: readonly Round[]): void {
  const all = ends.flatMap(({ preemptions }) => preemptions);
  const times = all.map(({ storedAfterInMs }) => Math.round(storedAfterInMs)).sort((a, b) => a - b);
  const count = (isCounted: (round: Round) => boolean): number => ends.filter(isCounted).length;
  console.log(
    JSON.stringify({
      tasks: ends.length,
      tasksTaken: count(({ taken }) => taken > 0),
      tasksTakenTwice: count(({ taken }) => taken > 1),
      beforeTheFirstStep: all.filter(({ atStep }) => atStep === 0).length,
      storedAfterInMs: { median: times[Math.floor(times.length / 2)], longest: times.at(-1) },
      tasksWithStepsInNoLog: count(({ stepsWithoutLog }) => stepsWithoutLog > 0),
    }),
  );
}

test(
  "a task that is preempted at random moments restores what was saved, and ends with the output of an undisturbed run",
  { timeout: (1 + rounds / lanes) * hangTimeoutInMs },
  async () => {
    const expected = runUndisturbed();
    const chosen = Array.from({ length: rounds }, (_, index) => chooseMoments(index));
    const runLane = async (lane: number): Promise<Round[]> => {
      const preempt = await startLane(expected);
      const ends: Round[] = [];
      for (const moments of chosen.filter((_, index) => index % lanes === lane)) {
        const end = await preempt(moments);
        // All of them were really taken: a task cannot end before.
        expect(end.taken).toBe(moments.length);
        if (process.env["PREEMPTIONS"] !== undefined) console.log(JSON.stringify(end));
        ends.push(end);
      }
      return ends;
    };
    const ends = (await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane)))).flat();
    expect(ends.filter(({ taken }) => taken > 0)).toHaveLength(rounds);
    if (process.env["PREEMPTIONS"] !== undefined) printFigures(ends);
  },
);
