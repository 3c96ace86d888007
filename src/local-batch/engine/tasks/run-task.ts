import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createFolders } from "../../../core/index.js";
import type { RunRecord, TaskRecord } from "../../state/records.js";
import { changeAssignedTask, requeueTask, type TaskAddress } from "./change-task.js";
import { completeTask } from "./complete-task.js";
import { parseDurationInMs } from "../../api/parse-duration.js";
import { type EngineContext, getGraceInMs } from "../base/engine-context.js";
import { createFailureInfo } from "../base/failures.js";
import { getInterruption } from "../base/interruption.js";
import { getPreparationFolder } from "../jobs/job-phase.js";
import { isPrepared } from "../jobs/job-preparation.js";
import type { NodeAddress } from "../base/node-folders.js";
import { type AttemptsEnd, runAttempts } from "../run/run-attempts.js";
import { createContainerWrap } from "../run/container-command.js";
import { setUpRun } from "../run/set-up-run.js";
import { uploadOutputFiles } from "../uploads/upload-output-files.js";
import { getTimestamp } from "../../state/clock.js";

/**
 * Runs a task that is assigned to a node: job preparation, files, attempts, uploads; or continues what an earlier
 * service has begun.
 */
export async function runTask(
  context: EngineContext,
  address: TaskAddress,
  signal: AbortSignal,
  extraVariables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const assigned = context.state.tasks.get(address.jobId, address.taskId);
  if (!assigned?.node) return;
  const { node } = assigned;
  if (assigned.state === "preparing" && !(await isPrepared(context, address.jobId, node, signal))) {
    requeueTask(context, address);
    return;
  }
  const task = assigned.state === "running" ? assigned : beginRunning(context, address);
  if (!task) return;
  const reason = context.options.faults?.takeSchedulingFailure(task.jobId, task.id);
  if (reason !== undefined) {
    completeTask(context, address, { failureInfo: createFailureInfo("Unknown", { Message: reason }) });
    return;
  }
  const end = await runAttempts(createAttempts(context, task, node, signal, extraVariables));
  await endTask(context, task, node, end, signal);
}

function beginRunning(context: EngineContext, address: TaskAddress): TaskRecord | undefined {
  const startTime = getTimestamp();
  return changeAssignedTask(context, address, ({ run }) => ({
    state: "running",
    run: { ...run, startTime },
  }));
}

function createAttempts(
  context: EngineContext,
  task: TaskRecord,
  node: NodeAddress,
  signal: AbortSignal,
  extraVariables: Readonly<Record<string, string>>,
): Parameters<typeof runAttempts>[0] {
  const { folders, state } = context;
  const given = task.given;
  const { constraints } = given;
  const folder = folders.task(node, task.jobId, task.id);
  const address = { jobId: task.jobId, taskId: task.id };
  return {
    commandLine: given.commandLine,
    folder,
    exitStatusPath: folders.exitStatus(node, task.jobId, task.id),
    maxRetryCount: constraints?.maxTaskRetryCount ?? 0,
    maxWallClockInMs: parseDurationInMs(constraints?.maxWallClockTime),
    graceInMs: getGraceInMs(context),
    run: task.run,
    ...createContainerWrap(context, { given, node, folder }),
    setUp: async () => {
      await emptyFolder(join(folder, "wd"));
      const job = state.jobs.get(task.jobId);
      const common = job && job.given.commonEnvironmentSettings;
      const preparation = job && getPreparationFolder(context, job, node);
      return await setUpRun(context, {
        given,
        node,
        folder,
        job: { id: task.jobId, taskId: task.id, preparationFolder: preparation },
        commonSettings: common,
        extraVariables,
        signal,
      });
    },
    record: (run) => recordRun(context, address, run),
    signal,
  };
}

/** Before a retry, files of the previous attempt are deleted, like the node agent does since 1.4.7. */
async function emptyFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await createFolders(path);
}

async function recordRun(context: EngineContext, address: TaskAddress, run: RunRecord): Promise<boolean> {
  const task = changeAssignedTask(context, address, () => ({ run }));
  await context.state.waitUntilWritten();
  return task !== undefined;
}

async function endTask(
  context: EngineContext,
  task: TaskRecord,
  node: NodeAddress,
  end: AttemptsEnd,
  signal: AbortSignal,
): Promise<void> {
  const address = { jobId: task.jobId, taskId: task.id };
  if (end.how === "ended") {
    const uploadFailure =
      end.exitCode === undefined ? undefined : await uploadOutputFiles(context, task, node, end, signal);
    if (!signal.aborted) {
      completeTask(context, address, { ...end, ...(uploadFailure && { failureInfo: uploadFailure }) });
      return;
    }
  }
  endInterruptedTask(context, address, end, signal);
}

/** Decides about an interrupted task: it is completed, left to the client that has changed it, or queued again. */
export function endInterruptedTask(
  context: EngineContext,
  address: TaskAddress,
  end: AttemptsEnd,
  signal: AbortSignal,
): void {
  const interruption = getInterruption(signal);
  if (interruption?.kind === "terminate")
    completeTask(context, address, { ...end, failureInfo: createFailureInfo("TaskEnded") });
  else if (interruption?.kind !== "drop") requeueTask(context, address);
}
