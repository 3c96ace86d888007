import { hasCode, type OperationOptions } from "../../core/index.js";
import { toTaskRun, type BatchTaskInfo, type ListBatchOptions } from "../../batch/index.js";
import {
  type JobOutputStorage,
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

export interface TaskOutcomes extends OutcomeSources {
  readonly byTask: ReadonlyMap<string, TaskOutcome>;
}

/** Options of {@link readTaskOutcomes}. */
export interface TaskOutcomesOptions extends OperationOptions {
  /** The Batch account, if there is access to it. */
  readonly batch?: TaskLister | undefined;
  /** The job id, if the container's name does not contain it. */
  readonly jobId?: string | undefined;
}

/**
 * Reads the outcomes of the tasks of a job: from their records, with one listing, and from Batch if there is access to the
 * account. If Batch knows the job, its container may be missing.
 *
 * @throws BatchOutputsError `ContainerNotPrepared` if the container is missing and Batch does not know the job either.
 */
export async function readTaskOutcomes(
  job: JobOutputStorage,
  options: TaskOutcomesOptions = {},
): Promise<TaskOutcomes> {
  const { abortSignal, batch, jobId = job.jobId } = options;
  const runs = new Map<string, TaskRun[]>();
  const waiting = new Set<string>();
  const add = (run: TaskRun): void => {
    const known = runs.get(run.taskId);
    if (known) known.push(run);
    else runs.set(run.taskId, [run]);
  };
  const [records, asked] = await Promise.all([
    readRecords(job, add, options),
    batch === undefined || jobId === undefined
      ? ("notAsked" as const)
      : readBatch(batch, jobId, { abortSignal }, add, waiting),
  ]);
  if (records.missing !== undefined && asked !== "asked") throw records.missing;
  const byTask = new Map<string, TaskOutcome>();
  for (const [taskId, records] of runs) byTask.set(taskId, createOutcome(taskId, records));
  for (const taskId of waiting)
    byTask.set(taskId, byTask.get(taskId) ?? { ...createOutcome(taskId, []), result: "waiting" });
  return { byTask, hasRecords: records.found, batch: asked, hasContainer: records.missing === undefined };
}

/** Whether an error means that the job's container does not exist. */
export function isContainerMissing(error: unknown): boolean {
  return hasCode(error, "ContainerNotPrepared", "ContainerBeingDeleted");
}

async function readRecords(
  job: JobOutputStorage,
  add: (run: TaskRun) => void,
  { abortSignal }: OperationOptions,
): Promise<{ readonly found: boolean; readonly missing?: Error }> {
  let found = false;
  try {
    for await (const run of job.listRuns({ abortSignal })) {
      found = true;
      add(run);
    }
  } catch (error) {
    if (error instanceof Error && isContainerMissing(error)) return { found, missing: error };
    throw error;
  }
  return { found };
}

async function readBatch(
  batch: TaskLister,
  jobId: string,
  options: OperationOptions,
  add: (run: TaskRun) => void,
  waiting: Set<string>,
): Promise<"asked" | "jobDeleted"> {
  const select = "state,creationTime,executionInfo,nodeInfo";
  try {
    for await (const task of batch.listTasks(jobId, { ...options, select })) {
      const run = toTaskRun(task, jobId);
      if (run === undefined) waiting.add(task.id);
      else add(run);
    }
    return "asked";
  } catch (error) {
    if (hasCode(error, "JobNotFound")) return "jobDeleted";
    throw error;
  }
}

/** Lists the recorded runs of the tasks of a job, by task. */
export async function readTaskRuns(
  job: JobOutputStorage,
  options: OperationOptions = {},
): Promise<Map<string, TaskRun[]>> {
  const byTask = new Map<string, TaskRun[]>();
  for await (const run of job.listRuns(options)) {
    const known = byTask.get(run.taskId);
    if (known) known.push(run);
    else byTask.set(run.taskId, [run]);
  }
  return byTask;
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
