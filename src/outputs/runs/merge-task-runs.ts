import { omitUndefined } from "../../core/index.js";
import { parseRunStart } from "./run-name.js";
import type { TaskRun } from "./task-run.js";

/** Clocks of a node and of the Batch service usually differ by less than this. */
const clockToleranceInMs = 60_000;
/** If the record was written, by the clock of the store, so much later or earlier than it says, the clock of the node is wrong. */
const maxWriteDelayInMs = 30 * 60_000;

/**
 * Merges the records of a task into one for each attempt, in order. Records are written by `batch-outputs run`, by
 * programs, and from data of the Batch service. If two records describe the same attempt, that of the service decides
 * how it ended: only the service knows whether a process was killed.
 */
export function mergeTaskRuns(records: readonly TaskRun[]): TaskRun[] {
  const runs = new Map<string, TaskRun>();
  // A later revision of a run replaces the earlier one: the names of blobs are sorted by revision.
  for (const record of [...records].sort(compareStarts)) {
    const known = runs.get(record.runId);
    runs.set(record.runId, known === undefined ? record : chooseNewer(known, record));
  }
  const own = [...runs.values()].filter(({ source }) => source !== "batch");
  const service = [...runs.values()].filter(({ source }) => source === "batch");
  for (const batch of service) {
    const index = own.findLastIndex((run) => isSameAttempt(run, batch));
    const run = own[index];
    if (run === undefined) own.push(batch);
    else own[index] = addServiceResult(run, batch);
  }
  return own.sort(compareStarts);
}

function chooseNewer(one: TaskRun, other: TaskRun): TaskRun {
  if (one.state !== other.state) return one.state === "ended" ? one : other;
  return (one.recordedAt?.getTime() ?? 0) > (other.recordedAt?.getTime() ?? 0) ? one : other;
}

function compareStarts(one: TaskRun, other: TaskRun): number {
  return getStart(one) - getStart(other);
}

/**
 * Returns when a run started, or an estimate for a record without times: its id begins with the start. The time when
 * the record was written is used last, because it can be much later.
 */
function getStart({ runId, startedAt, endedAt, recordedAt }: TaskRun): number {
  return (startedAt ?? endedAt ?? parseRunStart(runId) ?? recordedAt)?.getTime() ?? 0;
}

/** Whether a run is within the attempt that the service describes. */
function isSameAttempt(run: TaskRun, { startedAt, endedAt }: TaskRun): boolean {
  if (startedAt === undefined || run.startedAt === undefined) return false;
  const [first, last] = [startedAt.getTime(), endedAt?.getTime() ?? Number.POSITIVE_INFINITY];
  const start = run.startedAt.getTime();
  if (start >= first - clockToleranceInMs && start <= last + clockToleranceInMs) return true;
  // All nodes write to one store, whose clock is right: what was written during the attempt is of it.
  const written = run.recordedAt?.getTime() ?? 0;
  const expected = (run.state === "ended" ? run.endedAt : undefined)?.getTime() ?? start;
  const isClockWrong = Math.abs(written - expected) > maxWriteDelayInMs;
  return isClockWrong && written >= first && written <= last + clockToleranceInMs;
}

/**
 * Adds to a run what the service reports about its attempt. A recorded exit code is kept, since it is that of the command
 * and the service's is that of the task. Only the service has the exit code of a process that was killed.
 */
function addServiceResult(run: TaskRun, batch: TaskRun): TaskRun {
  const { retryCount, failure, nodeId, poolId } = batch;
  const known = { ...run, ...omitUndefined({ retryCount, failure, nodeId, poolId }) };
  if (run.state === "ended") return known;
  // A record alone does not show whether its process still runs; the service does.
  if (batch.state !== "ended") return { ...known, source: "batch" };
  return { ...known, state: "ended", ...omitUndefined({ exitCode: batch.exitCode, endedAt: batch.endedAt }) };
}

/** The result of a run. `unknown`: the run ended without an exit code, or its end is not recorded. */
export type TaskRunResult = "running" | "succeeded" | "failed" | "unknown";

/** Returns the result of a run: from its exit code, what it could not save, and what the Batch service reports. */
export function getTaskRunResult(run: TaskRun): TaskRunResult {
  const { state, exitCode, signal, failure, source } = run;
  if (failure !== undefined || signal !== undefined) return "failed";
  if (exitCode !== undefined && state === "ended")
    return exitCode === 0 && !hasFailedToSave(run) ? "succeeded" : "failed";
  if (state === "ended") return "unknown";
  return source === "batch" ? "running" : "unknown";
}

/** Whether outputs that the run could not save make it a failed one. */
export function hasFailedToSave({ saveFailures }: Pick<TaskRun, "saveFailures">): boolean {
  return saveFailures !== undefined && saveFailures.count > 0 && saveFailures.isTolerated !== true;
}
