import { hasCode, type OperationOptions } from "../../core/index.js";
import type { JobOutputStorage, OutputFileReference, TaskRun } from "../../outputs/index.js";
import { type BatchTasks, readBatchTasks } from "./batch-tasks.js";
import { joinTasks, type OfTask } from "./join-tasks.js";
import {
  createOutcome,
  type OutcomeSources,
  type TaskOutcome,
  type TaskOutcomesOptions,
} from "./task-outcomes.js";

/** A task that has saved something, has a record, or exists in Batch. */
export interface KnownTask<Saved> {
  readonly taskId: string;
  /** `undefined` if neither a record nor Batch knows the task. */
  readonly outcome: TaskOutcome | undefined;
  /** What was collected of its outputs; `undefined` if it has none. */
  readonly saved: Saved | undefined;
}

/** The tasks of a job, and where the information is from. */
export interface TaskReading<Saved> extends OutcomeSources {
  /** In the order of the listing; those that only Batch knows come last. Can be read once. */
  readonly tasks: AsyncGenerator<KnownTask<Saved>>;
}

/** Reduces a listing, in which the outputs of a task are adjacent, to an entry for each task. */
export type CollectOutputs<Saved> = (
  outputs: AsyncIterable<OutputFileReference>,
) => AsyncIterable<OfTask<Saved>>;

/**
 * Reads the tasks of a job one after the other: their outcomes from their records, and from Batch if there is access to the
 * account, and what they saved. Records and outputs are two listings in the same order, of which only the current task
 * is held; see {@link readBatchTasks} for what is held of Batch. If Batch knows the job, its container may be missing.
 *
 * @throws BatchOutputsError `ContainerNotPrepared` if the container is missing and Batch does not know the job either.
 */
export async function readTasks<Saved>(
  job: JobOutputStorage,
  collect: CollectOutputs<Saved>,
  options: TaskOutcomesOptions = {},
): Promise<TaskReading<Saved>> {
  const { abortSignal, batch, jobId = job.jobId } = options;
  const [records, asked] = await Promise.all([
    openRecords(job, { abortSignal }),
    batch === undefined || jobId === undefined ? undefined : readBatchTasks(batch, jobId, { abortSignal }),
  ]);
  if ("missing" in records && asked?.batch !== "asked") throw records.missing;
  const stored = "missing" in records ? none() : readStored(job, records.runs, collect, { abortSignal });
  return {
    tasks: addBatchTasks(stored, asked?.runs ?? new Map<string, undefined>()),
    hasRecords: "runs" in records && records.hasRuns,
    batch: asked?.batch ?? "notAsked",
    hasContainer: "runs" in records,
  };
}

interface StoredTask<Saved> {
  readonly taskId: string;
  readonly records: readonly TaskRun[];
  readonly saved: Saved | undefined;
}

async function* readStored<Saved>(
  job: JobOutputStorage,
  runs: AsyncIterable<OfTask<readonly TaskRun[]>>,
  collect: CollectOutputs<Saved>,
  options: OperationOptions,
): AsyncGenerator<StoredTask<Saved>> {
  const outputs = collect(job.listAllOutputs(options));
  for await (const { taskId, first = [], second } of joinTasks(runs, outputs))
    yield { taskId, records: first, saved: second };
}

async function* none(): AsyncGenerator<never> {}

/** Adds what Batch reports of each task, and at last the tasks that only Batch knows. */
async function* addBatchTasks<Saved>(
  stored: AsyncIterable<StoredTask<Saved>>,
  runs: BatchTasks["runs"],
): AsyncGenerator<KnownTask<Saved>> {
  for await (const { taskId, records, saved } of stored) {
    const outcome = findOutcome(taskId, records, runs);
    runs.delete(taskId);
    yield { taskId, outcome, saved };
  }
  for (const taskId of runs.keys())
    yield { taskId, outcome: findOutcome(taskId, [], runs), saved: undefined };
}

function findOutcome(
  taskId: string,
  records: readonly TaskRun[],
  runs: BatchTasks["runs"],
): TaskOutcome | undefined {
  const run = runs.get(taskId);
  if (run !== undefined) return createOutcome(taskId, [...records, run]);
  if (records.length > 0) return createOutcome(taskId, records);
  return runs.has(taskId) ? { ...createOutcome(taskId, []), result: "waiting" } : undefined;
}

type Records =
  | { readonly runs: AsyncIterable<OfTask<readonly TaskRun[]>>; readonly hasRuns: boolean }
  | { readonly missing: Error };

/** Reads the first records, which shows whether there are any, and whether the container exists. */
async function openRecords(job: JobOutputStorage, options: OperationOptions): Promise<Records> {
  const runs = readTaskRuns(job, options);
  try {
    const first = await runs.next();
    return { runs: first.done === true ? none() : prepend(first.value, runs), hasRuns: first.done !== true };
  } catch (error) {
    if (error instanceof Error && isContainerMissing(error)) return { missing: error };
    throw error;
  }
}

async function* prepend<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

/** Lists the recorded runs of the tasks of a job, by task. Records of a task are adjacent in the listing. */
export async function* readTaskRuns(
  job: JobOutputStorage,
  options: OperationOptions = {},
): AsyncGenerator<OfTask<readonly TaskRun[]>> {
  let current: { readonly taskId: string; readonly value: TaskRun[] } | undefined;
  for await (const run of job.listRuns(options)) {
    if (run.taskId === current?.taskId) {
      current.value.push(run);
      continue;
    }
    if (current) yield current;
    current = { taskId: run.taskId, value: [run] };
  }
  if (current) yield current;
}

/** Whether an error means that the job's container does not exist. */
function isContainerMissing(error: unknown): boolean {
  return hasCode(error, "ContainerNotPrepared", "ContainerBeingDeleted");
}
