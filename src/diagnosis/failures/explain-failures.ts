import {
  forEachConcurrently,
  hasCode,
  linkAbort,
  type OperationOptions,
  throwIfAborted,
} from "../../core/index.js";
import type { JobOutputStorage, OutputFileReference } from "../../outputs/index.js";
import { certainScore } from "../lines/error-patterns.js";
import { findError } from "../lines/find-error.js";
import { ErrorCache } from "../tasks/error-cache.js";
import { readLogEnd } from "../tasks/read-log-end.js";
import { readTaskLogs } from "../tasks/task-logs.js";
import {
  isContainerMissing,
  readTaskOutcomes,
  type TaskOutcome,
  type TaskOutcomes,
  type TaskOutcomesOptions,
} from "../tasks/task-outcomes.js";
import type { FailureReport, TaskFailure, UnreadableLogs } from "./failure-report.js";
import { type ExaminedFailure, groupFailures } from "./group-failures.js";

/** Options of {@link explainFailures}. */
export interface ExplainFailuresOptions extends TaskOutcomesOptions {
  /** Selects the tasks to explain. */
  readonly isWanted?: ((taskId: string) => boolean) | undefined;
  /** The maximum number of failures whose logs are read, the newest first. Default: 10,000. */
  readonly maxFailures?: number | undefined;
  /** Whether logs of tasks whose result is not known are searched for errors, too. Default: true. */
  readonly includeUnknown?: boolean | undefined;
  /** The errors that were found in logs before. */
  readonly errorCache?: ErrorCache | undefined;
  /** The maximum number of logs to read concurrently. Default: 32. */
  readonly concurrency?: number | undefined;
  /** Called as the logs of failed tasks are read. */
  readonly onProgress?:
    ((progress: { readonly readTasks: number; readonly tasks: number }) => void) | undefined;
}

/**
 * Determines why tasks of a job failed, and groups them by cause. Reads the records of the runs, the states in Batch if there is
 * access to the account, and the last 64 KiB of the logs of failed tasks. The log of a task
 * whose result is not known decides, if it contains an error.
 *
 * @throws BatchOutputsError `ContainerNotPrepared` if the job's container is missing and Batch does not know the job either.
 */
export async function explainFailures(
  job: JobOutputStorage,
  options: ExplainFailuresOptions = {},
): Promise<FailureReport> {
  const { abortSignal, isWanted = () => true, maxFailures = 10_000, concurrency = 32, onProgress } = options;
  const { includeUnknown = true } = options;
  const [outcomes, logs] = await Promise.all([
    readTaskOutcomes(job, options),
    readLogsIfStored(job, { abortSignal }),
  ]);
  const candidates = findCandidates(outcomes, logs).filter(({ taskId }) => isWanted(taskId));
  const searched = includeUnknown ? candidates : candidates.filter(({ isPresumed }) => !isPresumed);
  const selected = searched.slice(0, maxFailures);
  const examined: ExaminedFailure[] = [];
  const unreadable: UnreadableLogs[] = [];
  let readTasks = 0;
  using abort = linkAbort(abortSignal);
  const reading = { ...options, abortSignal: abort.signal };
  await forEachConcurrently(selected, concurrency, async (failure) => {
    throwIfAborted(abortSignal);
    const found = await findErrorInLogs(logs.get(failure.taskId) ?? [], reading);
    examined.push({ ...failure, ...found });
    if (found.unreadable !== undefined) unreadable.push(found.unreadable);
    readTasks += 1;
    onProgress?.({ readTasks, tasks: selected.length });
  });
  const failures = examined.filter(({ isPresumed, error }) => !isPresumed || error?.isCertain === true);
  const all = [...outcomes.byTask.values()].filter(({ taskId }) => isWanted(taskId));
  return {
    jobId: job.jobId ?? options.jobId,
    hasRecords: outcomes.hasRecords,
    batch: outcomes.batch,
    hasContainer: outcomes.hasContainer,
    counts: countOutcomes(all, failures, [...logs.keys()].filter(isWanted)),
    groups: groupFailures(failures, countTasksByNode(outcomes.byTask.values())),
    recoveredTaskIds: all.flatMap(({ taskId, isRecovered }) => (isRecovered ? [taskId] : [])),
    unreadCount: searched.length - selected.length,
    notSearchedCount: candidates.length - searched.length,
    withoutLogsCount: failures.filter(({ hasLogs }) => !hasLogs).length,
    unreadableCount: unreadable.length,
    archivedCount: unreadable.filter((why) => why === "archived").length,
  };
}

/** Without a container there are no logs; {@link readTaskOutcomes} decides whether that is an error. */
async function readLogsIfStored(
  job: JobOutputStorage,
  options: OperationOptions,
): Promise<Map<string, OutputFileReference[]>> {
  try {
    return await readTaskLogs(job, options);
  } catch (error) {
    if (isContainerMissing(error)) return new Map();
    throw error;
  }
}

/** Returns tasks that failed, the newest first; then tasks whose result is not known and that have a log. */
function findCandidates(
  { byTask }: TaskOutcomes,
  logs: ReadonlyMap<string, readonly OutputFileReference[]>,
): TaskFailure[] {
  const failed = [...byTask.values()]
    .filter(({ result }) => result === "failed")
    .map((outcome) => describeFailure(outcome, logs.has(outcome.taskId)));
  const isUnknown = (taskId: string): boolean => (byTask.get(taskId)?.result ?? "unknown") === "unknown";
  const unknown = Array.from(logs, ([taskId, [log]]) => ({ taskId, log }))
    .filter(({ taskId }) => isUnknown(taskId))
    .map(({ taskId, log }): TaskFailure => {
      const outcome = byTask.get(taskId);
      const { attempts = [], last } = outcome ?? {};
      return {
        ...{ taskId, attempts: Math.max(1, attempts.length), isPresumed: true, hasLogs: true },
        ...{ nodeId: last?.nodeId, at: log?.lastModified ?? last?.recordedAt },
      };
    });
  const compareTimes = (one: TaskFailure, other: TaskFailure): number =>
    (other.at?.getTime() ?? 0) - (one.at?.getTime() ?? 0);
  return [...failed.sort(compareTimes), ...unknown.sort(compareTimes)];
}

/**
 * The failure that Batch reports for every command with an exit code other than 0. It contains no information beside
 * the exit code.
 */
const exitCodeFailure = {
  code: "FailureExitCode",
  details: "The task process exited with an unexpected exit code",
} as const;

function describeFailure({ taskId, attempts, last }: TaskOutcome, hasLogs: boolean): TaskFailure {
  const { exitCode, signal, failure, command, nodeId, endedAt, recordedAt, retryCount = 0 } = last ?? {};
  // A task that exceeded its maxWallClockTime has the same code; only the details differ.
  const isExitCodeFailure = failure?.code === undefined || failure.code === exitCodeFailure.code;
  const details = failure?.details === exitCodeFailure.details ? undefined : failure?.details;
  return {
    taskId,
    attempts: Math.max(attempts.length, retryCount + 1),
    exitCode,
    signal,
    code: isExitCodeFailure ? undefined : failure.code,
    message: isExitCodeFailure ? undefined : failure.message,
    details,
    command,
    hasLogs,
    nodeId,
    at: endedAt ?? recordedAt,
    isPresumed: false,
  };
}

/** Searches one log after the other until one contains a certain error. A log that cannot be read does not end the search. */
async function findErrorInLogs(
  logs: readonly OutputFileReference[],
  { abortSignal, errorCache = new ErrorCache() }: ExplainFailuresOptions,
): Promise<Pick<ExaminedFailure, "error" | "unreadable">> {
  let best: ExaminedFailure["error"];
  let unreadable: UnreadableLogs | undefined;
  for (const log of logs) {
    try {
      const found = await errorCache.getOrFind(log, async () =>
        findError(await readLogEnd(log, { abortSignal })),
      );
      if (found === undefined) continue;
      if (best === undefined || found.score > best.score)
        best = { ...found, kind: log.kind, path: log.filePath, blobName: log.blobName };
    } catch (error) {
      if (!isLogUnreadable(error)) throw error;
      unreadable = hasCode(error, "OutputArchived") ? "archived" : (unreadable ?? "other");
    }
    if (best !== undefined && best.score >= certainScore) return { error: best };
  }
  return { error: best, unreadable };
}

/** Whether the error concerns only this log: it was deleted or replaced after the listing, or is archived or damaged. */
export function isLogUnreadable(error: unknown): boolean {
  if (hasCode(error, "OutputNotFound", "OutputChanged", "OutputArchived")) return true;
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}

function countOutcomes(
  all: readonly TaskOutcome[],
  failures: readonly ExaminedFailure[],
  withLogs: readonly string[],
): FailureReport["counts"] {
  const count = (wanted: TaskOutcome["result"]): number =>
    all.filter(({ result }) => result === wanted).length;
  const known = new Set(all.map(({ taskId }) => taskId));
  const logsOnly = withLogs.filter((taskId) => !known.has(taskId)).length;
  const presumed = failures.filter(({ isPresumed }) => isPresumed).length;
  return {
    tasks: all.length + logsOnly,
    succeeded: count("succeeded"),
    failed: failures.length,
    presumed,
    running: count("running"),
    waiting: count("waiting"),
    unknown: count("unknown") + logsOnly - presumed,
    recovered: all.filter(({ isRecovered }) => isRecovered).length,
  };
}

function countTasksByNode(all: Iterable<TaskOutcome>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { last } of all) {
    if (last?.nodeId !== undefined) counts.set(last.nodeId, (counts.get(last.nodeId) ?? 0) + 1);
  }
  return counts;
}
