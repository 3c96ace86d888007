import { vi } from "vitest";

import { forEachConcurrently } from "../../src/core/index.js";
import type { BatchOutputsClient } from "../../src/outputs/index.js";
import type { BatchFixture } from "./batch-fixture.js";
import { createFailedLog, createGoodLog, plantedCauses } from "./planted-failures.js";

const mebibyte = 1024 * 1024;

/** How the logs of tasks are stored, one task after the other. */
const encodings: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  (text) => Buffer.from(`größe\n${text}`, "latin1"),
  (text) => Buffer.from(text.replaceAll("\n", "\r\n")),
];

export interface FailedJobSize {
  readonly tasks: number;
  /** The first tasks fail, for five reasons; the rest succeed, every tenth at the second attempt. */
  readonly failures: number;
  /** The size of the log of the last task. */
  readonly largeLogBytes: number;
}

/** `FAILED_JOB=full` takes the size of a job that somebody was called for, and 5,000 failures for `why`. */
export const isFullSize = process.env["FAILED_JOB"] === "full";

export const failedJobSize: FailedJobSize = isFullSize
  ? { tasks: 3_000, failures: 40, largeLogBytes: 300 * mebibyte }
  : { tasks: 60, failures: 20, largeLogBytes: 4 * mebibyte };

/** How long making it, and examining it, may take. */
export const failedJobTimeoutInMs = isFullSize ? 3_600_000 : 600_000;

/** The number of reasons. */
export const failedJobCauses = 5;

/** The text of one reason, and the tasks that failed for it. */
export const searchedText = "CUDA out of memory";

export function listTasksWithText({ failures }: FailedJobSize): string[] {
  const numbers = Array.from({ length: failures }, (_, n) => n);
  return numbers.filter((n) => getCause(n, { failures })?.says === searchedText).map((n) => `t${n}`);
}

/** When and where a task ran, according to the Batch service. */
type Runs = ReadonlyMap<string, { readonly startedAt: Date; readonly nodeId: string | undefined }>;

/** Saves what the tasks of a job leave behind of which some failed: logs in several encodings, records of runs, tables. */
export async function saveFailedJob(
  client: BatchOutputsClient,
  jobId: string,
  size: FailedJobSize,
  runs: Runs = new Map(),
): Promise<void> {
  await forEachConcurrently(listNumbers(size), 16, async (n) => {
    const taskId = `t${n}`;
    const storage = client.getTaskOutputStorage(jobId, taskId);
    const cause = getCause(n, size);
    const encode = encodings[n % encodings.length] ?? ((text: string) => Buffer.from(text));
    const log = cause ? createFailedLog(cause, n) : createGoodLog(n);
    const { startedAt = new Date(), nodeId = `node-${n % 7}` } = runs.get(taskId) ?? {};
    if (cause === undefined && n % 10 === 0) {
      const earlier = new Date(startedAt.getTime() - 3_600_000);
      await (await storage.recordRun({}, { startedAt: earlier })).end({ exitCode: 1 });
    }
    const run = await storage.recordRun({ nodeId }, { startedAt });
    const padding = Buffer.alloc(n === size.tasks - 1 ? size.largeLogBytes : 0, "a line of work\n");
    await storage.saveData("TaskLog", Buffer.concat([encode(log), padding]), "stderr.txt");
    if (cause === undefined) await storage.saveText("TaskOutput", `n,value\n${n},1\n`, "result.csv");
    await run.end({ exitCode: cause?.exitCode ?? 0 });
  });
}

/** Runs the tasks of the job on a local Batch service, where they end as they do in {@link saveFailedJob}, and saves the rest. */
export async function runFailedJob(batch: BatchFixture, size: FailedJobSize): Promise<void> {
  const tasks = listNumbers(size).map((n) => ({
    id: `t${n}`,
    commandLine: `/bin/sh -c 'exit ${getCause(n, size)?.exitCode ?? 0}'`,
  }));
  for (let at = 0; at < tasks.length; at += 100)
    await batch.azure.task.addCollection(batch.jobId, tasks.slice(at, at + 100));
  await vi.waitUntil(() => areAllCompleted(batch), { timeout: failedJobTimeoutInMs, interval: 500 });
  const runs = new Map<string, { startedAt: Date; nodeId: string | undefined }>();
  for await (const { id, executionInfo, nodeInfo } of batch.client.listTasks(batch.jobId))
    runs.set(id, { startedAt: new Date(executionInfo?.startTime ?? 0), nodeId: nodeInfo?.nodeId });
  await saveFailedJob(batch.outputs, batch.jobId, size, runs);
}

async function areAllCompleted({ client, jobId }: BatchFixture): Promise<boolean> {
  for await (const { state } of client.listTasks(jobId, { select: "id,state" }))
    if (state !== "completed") return false;
  return true;
}

function listNumbers({ tasks }: Pick<FailedJobSize, "tasks">): number[] {
  return Array.from({ length: tasks }, (_, n) => n);
}

function getCause(
  n: number,
  { failures }: Pick<FailedJobSize, "failures">,
): (typeof plantedCauses)[number] | undefined {
  return n < failures ? plantedCauses[n % failedJobCauses] : undefined;
}
