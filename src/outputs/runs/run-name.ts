import { isTaskId } from "../../conventions/index.js";

/**
 * The prefix of all records of runs in a job's container. It cannot be the prefix of a task, because task ids contain
 * no dot, or of a kind of the job, because it does not begin with "$". The listing of tasks groups names at "$", so
 * that all records are a single item there.
 */
export const runsPrefix = ".batch-outputs/$TaskRun/";

/** The name of a record: the task, the run, and the number of the run's blob. */
export interface RunName {
  readonly taskId: string;
  /** `20261128T163000123Z-1a2b3c4d`: the start, so that the names of a task's runs are in their order. */
  readonly runId: string;
  /** 0 for the first blob, which is overwritten; 1 and up if the credential does not permit overwriting. */
  readonly revision: number;
}

/** Formats the blob name of a record. */
export function formatRunName({ taskId, runId, revision }: RunName): string {
  return `${runsPrefix}${taskId}/${runId}${revision === 0 ? "" : `.${revision}`}.json`;
}

/** Parses a blob name. `undefined` for any other blob. */
export function parseRunName(blobName: string): RunName | undefined {
  if (!blobName.startsWith(runsPrefix)) return undefined;
  const parts = /^(?<taskId>[^/]+)\/(?<runId>[\w-]{1,80})(?:\.(?<revision>\d{1,6}))?\.json$/.exec(
    blobName.slice(runsPrefix.length),
  )?.groups;
  const { taskId = "", runId = "", revision = "0" } = parts ?? {};
  return isTaskId(taskId) ? { taskId, runId, revision: Number(revision) } : undefined;
}

/** The prefix of the records of one task. */
export function formatRunsPrefix(taskId: string | undefined): string {
  return taskId === undefined ? runsPrefix : `${runsPrefix}${taskId}/`;
}

/** Creates the id of a run that starts at this time. */
export function createRunId(startedAt: Date): string {
  return `${formatTimeForName(startedAt)}-${Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString("hex")}`;
}

/** The id of the run that the Batch service describes: the same each time it is recorded. */
export function createBatchRunId(at: Date): string {
  return `${formatTimeForName(at)}-batch`;
}

/** Parses the start in the id of a run. `undefined` for an id without one. */
export function parseRunStart(runId: string): Date | undefined {
  const isoTime = runId.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\d)(\d{3}Z)-.*$/, "$1-$2-$3:$4:$5.$6");
  const time = new Date(isoTime === runId ? Number.NaN : isoTime);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function formatTimeForName(time: Date): string {
  return time.toISOString().replace(/[-:.]/g, "");
}
