import { createBatchRunId, type TaskRun, type TaskRunFailure } from "../../outputs/index.js";
import { omitUndefined, redactText } from "../../core/index.js";
import type { BatchTaskFailureInfo, BatchTaskInfo } from "../account/batch-records.js";

/**
 * The last run of a task as the Batch service describes it: also of a task that no node ran, which has failed if it is
 * completed. `undefined` for a task that waits.
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
      (info.result === "failure" && info.exitCode === undefined ? {} : undefined),
    nodeId: nodeInfo?.nodeId,
    poolId: nodeInfo?.poolId,
    retryCount: info.retryCount,
  });
}

/** The details as one text: the service's sentence if there is one, otherwise names and values. */
function readFailure({ details = [], ...failure }: BatchTaskFailureInfo): TaskRunFailure {
  const sentence = details.find(({ name }) => name === "Message")?.value;
  const text = sentence ?? details.map(({ name, value }) => `${name}: ${value}`).join("; ");
  return text === "" ? failure : { ...failure, details: redactText(text) };
}

function parseTime(text: string | undefined): Date | undefined {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
