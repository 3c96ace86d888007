import type { OperationOptions } from "../../core/index.js";
import type { BatchTaskInfo, ListBatchOptions } from "../../batch/index.js";
import {
  mergeTaskRuns,
  type PagedOutputs,
  type TaskRun,
  type TaskRunResult,
  getTaskRunResult,
} from "../../outputs/index.js";

/** The methods of a client of the Batch service that this floor uses. */
export interface TaskLister {
  listTasks(jobId: string, options?: ListBatchOptions): PagedOutputs<BatchTaskInfo>;
}

/** The outcome of a task, by its records and its state in Batch. */
export interface TaskOutcome {
  readonly taskId: string;
  /** All known attempts, in order. */
  readonly attempts: readonly TaskRun[];
  /** The last attempt. */
  readonly last: TaskRun | undefined;
  /** `waiting`: Batch has not started the task; `unknown`: there is no information. */
  readonly result: TaskRunResult | "waiting";
  /** It succeeded after an attempt that failed. */
  readonly isRecovered: boolean;
}

/** The sources of the outcomes. */
export interface OutcomeSources {
  /** Whether any run was recorded. */
  readonly hasRecords: boolean;
  /** `jobDeleted`: the job no longer exists in Batch. */
  readonly batch: "asked" | "jobDeleted" | "notAsked";
  /** Whether the job's container exists. If not, nothing of the job is saved, and only Batch knows its tasks. */
  readonly hasContainer: boolean;
}

/** Options of `readTasks`. */
export interface TaskOutcomesOptions extends OperationOptions {
  /** The Batch account, if there is access to it. */
  readonly batch?: TaskLister | undefined;
  /** The job id, if the container's name does not contain it. */
  readonly jobId?: string | undefined;
}

/** Determines the outcome of a task from its recorded runs, including those that the Batch service reports. */
export function createOutcome(taskId: string, records: readonly TaskRun[]): TaskOutcome {
  const attempts = mergeTaskRuns(records);
  const last = attempts.at(-1);
  const result = last === undefined ? "unknown" : getTaskRunResult(last);
  const hadFailure = attempts.slice(0, -1).some((run) => getTaskRunResult(run) === "failed");
  const wasRetried = (last?.retryCount ?? 0) > 0;
  return {
    taskId,
    attempts,
    last,
    result,
    isRecovered: result === "succeeded" && (hadFailure || wasRetried),
  };
}
