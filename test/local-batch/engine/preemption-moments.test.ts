import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
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

/** How often a task is preempted: few times in every run; `PREEMPTIONS=200` for more. */
const moments = Number(process.env["PREEMPTIONS"] ?? 2);

/** Services that preempt at the same time: each has a clock of its own. */
const lanes = Math.min(3, moments);

const steps = 400;
const noticeInMs = 30_000;
const program = join(import.meta.dirname, "programs/hash-chain.mjs");

/** The result and the log of the program if nothing disturbs it. */
function runUndisturbed(): { readonly result: string; readonly log: string } {
  const cwd = createTemporaryFolder();
  const args = [program, String(steps), join(cwd, "printed")];
  const log = execFileSync(process.execPath, args, { cwd, encoding: "utf8" });
  return { result: readFileSync(join(cwd, "result.txt"), "utf8"), log };
}

function readLastStep(path: string): number {
  return existsSync(path) ? Number(readFileSync(path, "utf8").trimEnd().split("\n").at(-1)) : 0;
}

async function readText(outputs: TaskOutputStorage, kind: string, path: string): Promise<string> {
  const output = outputs.getOutput(kind, path);
  return (await output.exists()) ? (await output.downloadToBuffer()).toString() : "";
}

/** Whole lines: the last one may be incomplete. */
function countLines(text: string): number {
  return text.split("\n").length - 1;
}

interface Preempted {
  /** The step that the program had reached when the notice was given; 0 before its first one. */
  readonly atStep: number;
  /** The time from the notice until everything that was there was stored. */
  readonly storedAfterInMs: number;
  /** The steps of the first attempt that are in no log: those after the notice. */
  readonly stepsWithoutLog: number;
  readonly isRepeated: boolean;
}

type Lane = (moment: number) => Promise<Preempted>;

async function startLane(expected: { readonly result: string; readonly log: string }): Promise<Lane> {
  const store = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
  const service = await startTestBatch();
  const client = createAzureClient(service);
  await client.pool.add(createPoolSettings({ targetDedicatedNodes: 0, targetLowPriorityNodes: 1 }));

  return async (moment) => {
    const jobId = createJobId("moment");
    const printed = join(createTemporaryFolder(), "printed");
    await store.prepareOutputStorage(jobId);
    const outputs = store.getTaskOutputStorage(jobId, "t");
    await client.job.add({ id: jobId, poolInfo: { poolId: "p" } });
    const flags =
      "--restore TaskIntermediate --save TaskIntermediate=checkpoint.json:preempt --save TaskOutput=result.txt:success";
    await client.task.add(jobId, {
      id: "t",
      commandLine: `${process.execPath} ${cliPath} run ${flags} -- ${process.execPath} ${program} ${steps} ${printed}`,
      environmentSettings: [
        {
          name: "AZURE_BATCH_OUTPUTS_CONTAINER_URL",
          value: await store.getOutputStorageContainerUrl(jobId),
        },
      ],
    });
    await waitUntilTrue(async () => (await client.task.get(jobId, "t")).state === "running");
    await waitUntilTrue(() => readLastStep(printed) >= moment);
    const { nodeInfo } = await client.task.get(jobId, "t");
    const atStep = readLastStep(printed);
    const begun = performance.now();
    const taken = service.preemptNode("p", nodeInfo?.nodeId ?? "", { noticeInMs });
    const isStored = async (): Promise<boolean> => {
      if ((await client.task.get(jobId, "t")).state === "completed") return true;
      const checkpoint = await readText(outputs, "TaskIntermediate", "checkpoint.json");
      const log = await readText(outputs, "TaskLog", "stdout.txt");
      return (
        checkpoint !== "" &&
        (JSON.parse(checkpoint) as unknown[]).length >= atStep &&
        countLines(log) >= atStep
      );
    };
    await waitUntilTrue(isStored);
    const storedAfterInMs = performance.now() - begun;
    await service.clock.advance(noticeInMs);
    await taken;

    await waitUntilTrue(async () => (await client.task.get(jobId, "t")).state === "completed");
    const { executionInfo } = await client.task.get(jobId, "t");
    expect(executionInfo).toMatchObject({ exitCode: 0 });
    expect(await readText(outputs, "TaskOutput", "result.txt")).toBe(expected.result);
    const isRepeated = executionInfo?.requeueCount === 1;
    const last = await readText(outputs, "TaskLog", "stdout.txt");
    if (!isRepeated) {
      expect(last).toBe(expected.log);
      return { atStep, storedAfterInMs, stepsWithoutLog: 0, isRepeated };
    }
    const first = await readText(outputs, "TaskLog", "stdout.attempt-1.txt");
    expect(expected.log.startsWith(first)).toBe(true);
    expect(expected.log.endsWith(last)).toBe(true);
    expect(countLines(first)).toBeGreaterThanOrEqual(atStep);
    const restored = steps - countLines(last);
    expect(restored).toBeGreaterThanOrEqual(atStep);
    return {
      atStep,
      storedAfterInMs,
      stepsWithoutLog: Math.max(0, restored - countLines(first)),
      isRepeated,
    };
  };
}

test(
  "a task that is preempted at a random moment restores what was saved, and ends with the output of an undisturbed run",
  { timeout: (1 + moments / lanes) * hangTimeoutInMs },
  async () => {
    const expected = runUndisturbed();
    // The second half is for the second attempt. 0: before the program has begun.
    const chosen = Array.from({ length: moments }, () => Math.floor((Math.random() * steps) / 2));
    const runLane = async (lane: number): Promise<Preempted[]> => {
      const preempt = await startLane(expected);
      const ends: Preempted[] = [];
      for (const moment of chosen.filter((_, index) => index % lanes === lane)) {
        const end = await preempt(moment);
        if (process.env["PREEMPTIONS"] !== undefined) console.log(JSON.stringify(end));
        ends.push(end);
      }
      return ends;
    };
    const ends = (await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane)))).flat();
    expect(ends).toHaveLength(moments);
  },
);
