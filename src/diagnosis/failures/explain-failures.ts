import { forEachConcurrently, hasCode, linkAbort, throwIfAborted } from "../../core/index.js";
import { hasFailedToSave, type JobOutputStorage, type OutputFileReference } from "../../outputs/index.js";
import { certainScore } from "../lines/error-patterns.js";
import { findError } from "../lines/find-error.js";
import { ErrorCache } from "../tasks/error-cache.js";
import { readLogEnd } from "../tasks/read-log-end.js";
import { type KnownTask, readTasks } from "../tasks/read-tasks.js";
import { collectTaskLogs } from "../tasks/task-logs.js";
import type { TaskOutcome, TaskOutcomesOptions } from "../tasks/task-outcomes.js";
import type { FailureReport, TaskFailure, UnreadableLogs } from "./failure-report.js";
import { type ExaminedFailure, groupFailures } from "./group-failures.js";
import { Newest } from "./newest.js";
import { OutcomeTally } from "./outcome-tally.js";

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
 * whose result is not known decides, if it contains an error. Only the failures that are examined are held in memory.
 *
 * @throws BatchOutputsError `ContainerNotPrepared` if the job's container is missing and Batch does not know the job either.
 */
export async function explainFailures(
  job: JobOutputStorage,
  options: ExplainFailuresOptions = {},
): Promise<FailureReport> {
  const { maxFailures = 10_000, includeUnknown = true } = options;
  const reading = await readTasks(job, collectTaskLogs, options);
  const found = await findCandidates(reading.tasks, { ...options, maxFailures });
  const selected = [...found.failed.list(), ...(includeUnknown ? found.unknown.list() : [])].slice(
    0,
    maxFailures,
  );
  const { examined, unreadable } = await examineFailures(selected, options);
  const failures = examined.filter(({ isPresumed, error }) => !isPresumed || error?.isCertain === true);
  const presumed = failures.filter(({ isPresumed }) => isPresumed).length;
  const { counts, recoveredTaskIds, tasksByNode } = found.tally;
  const searchedCount = found.failed.count + (includeUnknown ? found.unknown.count : 0);
  return {
    jobId: job.jobId ?? options.jobId,
    hasRecords: reading.hasRecords,
    batch: reading.batch,
    hasContainer: reading.hasContainer,
    counts: { ...counts, failed: failures.length, presumed, unknown: counts.unknown - presumed },
    groups: groupFailures(failures, tasksByNode),
    recoveredTaskIds,
    unreadCount: searchedCount - selected.length,
    notSearchedCount: includeUnknown ? 0 : found.unknown.count,
    withoutLogsCount: failures.filter(({ hasLogs, saveFailures }) => !hasLogs && saveFailures === undefined)
      .length,
    unreadableCount: unreadable.length,
    archivedCount: unreadable.filter((why) => why === "archived").length,
  };
}

/** A task to examine, and its logs. */
type Candidate = TaskFailure & { readonly logs: readonly OutputFileReference[] };

interface Candidates {
  readonly failed: Newest<Candidate>;
  /** Tasks whose result is not known and that have a log. */
  readonly unknown: Newest<Candidate>;
  readonly tally: OutcomeTally;
}

async function findCandidates(
  tasks: AsyncIterable<KnownTask<readonly OutputFileReference[]>>,
  { isWanted = () => true, maxFailures }: ExplainFailuresOptions & { readonly maxFailures: number },
): Promise<Candidates> {
  const failed = new Newest<Candidate>(maxFailures);
  const unknown = new Newest<Candidate>(maxFailures);
  const tally = new OutcomeTally();
  for await (const { taskId, outcome, saved: logs = [] } of tasks) {
    tally.countNode(outcome);
    if (!isWanted(taskId)) continue;
    tally.count(outcome);
    const result = outcome?.result ?? "unknown";
    if (outcome !== undefined && result === "failed") {
      const failure = describeFailure(outcome, logs.length > 0);
      // The command succeeded: what its logs call an error is not the cause.
      failed.add({ ...failure, logs: failure.saveFailures === undefined ? logs : [] });
    } else if (result === "unknown" && logs.length > 0)
      unknown.add({ ...describePresumed(taskId, outcome, logs), logs });
  }
  return { failed, unknown, tally };
}

function describePresumed(
  taskId: string,
  outcome: TaskOutcome | undefined,
  [log]: readonly OutputFileReference[],
): TaskFailure {
  const { attempts = [], last } = outcome ?? {};
  return {
    ...{ taskId, attempts: Math.max(1, attempts.length), isPresumed: true, hasLogs: true },
    ...{ nodeId: last?.nodeId, at: log?.lastModified ?? last?.recordedAt },
  };
}

async function examineFailures(
  selected: readonly Candidate[],
  options: ExplainFailuresOptions,
): Promise<{ readonly examined: ExaminedFailure[]; readonly unreadable: UnreadableLogs[] }> {
  const { abortSignal, concurrency = 32, onProgress } = options;
  const examined: ExaminedFailure[] = [];
  const unreadable: UnreadableLogs[] = [];
  let readTasks = 0;
  using abort = linkAbort(abortSignal);
  const reading = { ...options, abortSignal: abort.signal };
  await forEachConcurrently(selected, concurrency, async ({ logs, ...failure }) => {
    throwIfAborted(abortSignal);
    const found = await findErrorInLogs(logs, reading);
    examined.push({ ...failure, ...found });
    if (found.unreadable !== undefined) unreadable.push(found.unreadable);
    readTasks += 1;
    onProgress?.({ readTasks, tasks: selected.length });
  });
  return { examined, unreadable };
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
  const isOfSaving = isExitCodeFailure && details === undefined && exitCode === 0 && signal === undefined;
  return {
    taskId,
    attempts: Math.max(attempts.length, retryCount + 1),
    saveFailures: isOfSaving && last !== undefined && hasFailedToSave(last) ? last.saveFailures : undefined,
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
  return hasCode(error, "OutputNotFound", "OutputChanged", "OutputArchived", "ContentNotDecoded");
}
