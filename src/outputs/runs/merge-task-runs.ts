import { omitUndefined } from "../../core/index.js";
import { parseRunStart } from "./run-name.js";
import type { TaskRun } from "./task-run.js";

/** Clocks of a node and of the Batch service differ by less than this. */
const clockToleranceInMs = 60_000;

/**
 * The attempts of a task, in their order, from all records of it: those that `run` and programs wrote, and what the Batch
 * service says. Where both describe the same attempt, the service decides about its end: it also knows of a process that
 * was killed.
 */
export function mergeTaskRuns(records: readonly TaskRun[]): TaskRun[] {
  const runs = new Map<string, TaskRun>();
  // A later revision of the same run comes after the first: names sort so.
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

/** A damaged record may have been written at any time: before that, its id counts, which begins with its start. */
function getStart({ runId, startedAt, endedAt, recordedAt }: TaskRun): number {
  return (startedAt ?? endedAt ?? parseRunStart(runId) ?? recordedAt)?.getTime() ?? 0;
}

/** Whether a run is within the attempt that the service describes. */
function isSameAttempt(run: TaskRun, batch: TaskRun): boolean {
  if (batch.startedAt === undefined || run.startedAt === undefined) return false;
  const start = run.startedAt.getTime();
  const end = batch.endedAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return start >= batch.startedAt.getTime() - clockToleranceInMs && start <= end + clockToleranceInMs;
}

/**
 * A run as it is after what the service says of its attempt. The exit code of `run` is its command's; the service's is
 * the task's, and alone tells of one that was killed.
 */
function addServiceResult(run: TaskRun, batch: TaskRun): TaskRun {
  const { retryCount, failure, nodeId, poolId } = batch;
  const known = { ...run, ...omitUndefined({ retryCount, failure, nodeId, poolId }) };
  if (run.state === "ended" || batch.state !== "ended") return known;
  return { ...known, state: "ended", ...omitUndefined({ exitCode: batch.exitCode, endedAt: batch.endedAt }) };
}

/** How a run went. `unknown` for one that has ended without an exit code, and for one that nobody has heard the end of. */
export type TaskRunResult = "running" | "succeeded" | "failed" | "unknown";

/** The result of a run, from its exit code and what the Batch service says. */
export function getTaskRunResult({ state, exitCode, signal, failure, source }: TaskRun): TaskRunResult {
  if (failure !== undefined || signal !== undefined) return "failed";
  if (exitCode !== undefined && state === "ended") return exitCode === 0 ? "succeeded" : "failed";
  if (state === "ended") return "unknown";
  return source === "batch" ? "running" : "unknown";
}
