import { toTaskRun, type BatchTaskInfo } from "../../../batch/index.js";
import { omitUndefined, hasCode } from "../../../core/index.js";
import { createOutcome, readTaskRuns, type TaskOutcome } from "../../../diagnosis/index.js";
import type { JobOutputStorage, TaskRun } from "../../../outputs/index.js";
import type { TaskStateItem, TaskStatesProgress } from "../../protocol/index.js";
import { streamMessages } from "../http/message-stream.js";
import type { ViewerBatch } from "../store/options.js";
import { requireJobId } from "./batch.js";

const itemsPerMessage = 1_000;

/**
 * GET stream of the states of the tasks of a job: first as recorded by their runs, also without a Batch account or after the
 * Batch job is deleted; then as in Batch, combined with the records.
 */
export function streamTaskStates(
  request: Request,
  batch: ViewerBatch | undefined,
  job: JobOutputStorage,
): Response {
  return streamMessages<TaskStateItem, TaskStatesProgress>(request, async function* (abortSignal) {
    const runs = new Map<string, readonly TaskRun[]>();
    let items: { item: TaskStateItem }[] = [];
    for await (const { taskId, value: records } of readTaskRuns(job, { abortSignal })) {
      items.push({ item: createRecordedState(taskId, records) });
      // With Batch, its tasks are combined with the records, in another order.
      if (batch !== undefined) runs.set(taskId, records);
      if (items.length < itemsPerMessage) continue;
      yield items;
      items = [];
    }
    if (items.length > 0) yield items;
    if (batch !== undefined) {
      const jobId = await requireJobId(job, abortSignal);
      try {
        const select = "state,creationTime,executionInfo,nodeInfo";
        for await (const page of batch.listTasks(jobId, { abortSignal, select }).byPage())
          yield page.map((task) => ({ item: createBatchState(task, jobId, runs.get(task.id) ?? []) }));
      } catch (error) {
        if (!hasCode(error, "JobNotFound")) throw error;
        yield [{ progress: { isJobDeleted: true } }];
      }
    }
    yield [{ end: true }];
  });
}

/**
 * Creates the state of a task from its records. Without Batch, it is unknown whether a run without a recorded end is
 * still running.
 */
function createRecordedState(taskId: string, records: readonly TaskRun[]): TaskStateItem {
  const outcome = createOutcome(taskId, records);
  const isEnded = outcome.last?.state === "ended";
  return { taskId, state: isEnded ? "completed" : "unknown", ...describeOutcome(outcome) };
}

function createBatchState(task: BatchTaskInfo, jobId: string, records: readonly TaskRun[]): TaskStateItem {
  const { id: taskId, state, executionInfo: { requeueCount } = {} } = task;
  const run = toTaskRun(task, jobId);
  const outcome = createOutcome(taskId, run === undefined ? records : [...records, run]);
  return omitUndefined({ taskId, state, requeueCount, ...describeOutcome(outcome) });
}

const results = { failed: "failure", succeeded: "success" } as const;

function describeOutcome({ attempts, last, result }: TaskOutcome): Omit<TaskStateItem, "taskId" | "state"> {
  const { exitCode, signal, failure, saveFailures, retryCount, startedAt, endedAt, nodeId } = last ?? {};
  const { count = 0, messages = [] } = saveFailures ?? {};
  const words = failure && [failure.code, failure.message].filter(Boolean).join(": ");
  return omitUndefined({
    result: result === "failed" || result === "succeeded" ? results[result] : undefined,
    ...{ exitCode, signal, retryCount, nodeId },
    attempts: attempts.length > 1 ? attempts.length : undefined,
    failure: words === "" ? undefined : words,
    saveFailures: count === 0 ? undefined : { count, messages },
    startTime: startedAt?.toISOString(),
    endTime: endedAt?.toISOString(),
  });
}
