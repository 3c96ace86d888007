import { createBatchRunId, type TaskRun, type TaskRunFailure } from "../../outputs/index.js";
import { omitUndefined, redactText } from "../../core/index.js";
import type { BatchTaskFailureInfo, BatchTaskInfo } from "./batch-records.js";

/**
 * Creates the record of a task's last run from the properties that the Batch service reports. A completed task that
 * failed without an exit code, such as a task that no node ran, has a failed run with an unknown reason. Returns
 * `undefined` for a task that is waiting.
 */
export function toTaskRun(task: BatchTaskInfo, jobId: string): TaskRun | undefined {
  const { executionInfo: info = {}, nodeInfo, state } = task;
  const startedAt = parseTime(info.startTime);
  const endedAt = parseTime(info.endTime);
  if (state !== "completed" && startedAt === undefined) return undefined;
  return omitUndefined({
    runId: createBatchRunId(startedAt ?? parseTime(task.creationTime) ?? endedAt ?? new Date(0)),
    taskId: task.id,
    jobId,
    source: "batch",
    state: state === "completed" ? "ended" : "running",
    startedAt,
    endedAt,
    exitCode: info.exitCode,
    failure:
      (info.failureInfo && readFailure(info.failureInfo)) ??
      // An empty object: it failed for a reason that is not known.
      (info.result === "failure" && info.exitCode === undefined ? {} : undefined),
    nodeId: nodeInfo?.nodeId,
    poolId: nodeInfo?.poolId,
    retryCount: info.retryCount,
  });
}

/**
 * Combines the details of a failure into one text: the service's sentence if there is one, otherwise names and values.
 */
function readFailure({ details = [], ...failure }: BatchTaskFailureInfo): TaskRunFailure {
  const sentence = details.find(({ name }) => name === "Message")?.value;
  const text = sentence ?? details.map(({ name, value }) => `${name}: ${value}`).join("; ");
  return text === "" ? failure : { ...failure, details: redactText(text) };
}

function parseTime(text: string | undefined): Date | undefined {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
