import type { RunRecord } from "../../state/records.js";
import {
  describeError,
  createExitCodeFailure,
  type FailureInfo,
  createFailureInfo,
  RunFailure,
} from "../base/failures.js";
import { getInterruption } from "../base/interruption.js";
import { launch } from "./launch.js";
import { pauseUntil } from "../base/pause-until.js";
import { adopt, endGroup, type RunningGroup } from "./process-group.js";
import { getTimestamp } from "../../state/clock.js";

/** A command line that runs another one, and a function to call when that has ended. */
export interface WrappedCommand {
  readonly commandLine: string;
  readonly cleanUp: () => Promise<void>;
}

/** A command that is retried until it succeeds or the maximum is reached. */
export interface Attempts {
  readonly commandLine: string;
  readonly folder: string;
  readonly exitStatusPath: string;
  /** -1 for no limit. */
  readonly maxRetryCount: number;
  /** The limit for each attempt, from its start. */
  readonly maxWallClockInMs: number;
  /** The time that its processes have to end after that. */
  readonly graceInMs: number;
  /** The last run. If it has a process, an earlier service started it: its end is awaited. */
  readonly run: RunRecord;
  /** Prepares an attempt; returns the variables of its environment. May throw `RunFailure`. */
  setUp(): Promise<Readonly<Record<string, string>>>;
  /** Creates the command line to start instead, once everything is prepared; by default the command line itself. */
  readonly wrap?: (environment: Readonly<Record<string, string>>) => Promise<WrappedCommand>;
  /** Records the run, so that it survives the service; returns false if it is no longer needed. */
  record(run: RunRecord): Promise<boolean>;
  readonly signal: AbortSignal;
}

/**
 * The end of the attempts: interrupted by the engine, ended, or lost (the result is unknown because the service was not
 * running).
 */
export type AttemptsEnd =
  | { readonly how: "interrupted"; readonly exitCode?: number }
  | { readonly how: "lost"; readonly exitCode?: number }
  | { readonly how: "ended"; readonly exitCode?: number; readonly failureInfo?: FailureInfo };

/** Runs a command, with retries. Rejects only if the state of the service cannot be written. */
export async function runAttempts(attempts: Attempts): Promise<AttemptsEnd> {
  const { maxRetryCount, signal, exitStatusPath } = attempts;
  let { run } = attempts;
  let group: RunningGroup | undefined = run.process && adopt(run.process, exitStatusPath);
  for (;;) {
    const begun = group ?? (await begin(attempts, run));
    if (begun === undefined || (signal.aborted && "code" in begun)) return { how: "interrupted" };
    if ("code" in begun) return { how: "ended", failureInfo: begun };
    const inTime = await waitUntilEnded(begun, run, attempts);
    const exitCode = await begun.ended;
    if (signal.aborted) return { how: "interrupted", ...(exitCode !== undefined && { exitCode }) };
    if (exitCode === undefined) return { how: "lost" };
    if (!inTime) return { how: "ended", exitCode, failureInfo: outOfTime };
    if (exitCode === 0) return { how: "ended", exitCode };
    if (maxRetryCount >= 0 && run.retryCount >= maxRetryCount)
      return { how: "ended", exitCode, failureInfo: createExitCodeFailure() };
    run = createNextAttempt(run);
    if (!(await attempts.record(run))) return { how: "interrupted", exitCode };
    group = undefined;
  }
}

// Batch documents no code for this. Its clients see the exit code.
const outOfTime = createExitCodeFailure("The task ran longer than its maxWallClockTime");

function createNextAttempt({ process: _, ...run }: RunRecord): RunRecord {
  const now = getTimestamp();
  return { ...run, retryCount: run.retryCount + 1, lastRetryTime: now, startTime: now };
}

/** The running command, or the reason why it cannot run; `undefined` if it is no longer needed. */
async function begin(attempts: Attempts, run: RunRecord): Promise<RunningGroup | FailureInfo | undefined> {
  const { folder, exitStatusPath, signal } = attempts;
  try {
    const environment = await attempts.setUp();
    if (signal.aborted) return undefined;
    const wrapped = await attempts.wrap?.(environment);
    const commandLine = wrapped?.commandLine ?? attempts.commandLine;
    const group = await launch({ commandLine, folder, environment, exitStatusPath });
    const launched = wrapped ? { ...group, ended: cleanUpAfter(group.ended, wrapped) } : group;
    if (await recordGroup(attempts, { ...run, process: launched.identity }, launched)) {
      launched.begin();
      return launched;
    }
    return undefined;
  } catch (error) {
    if (error instanceof RunFailure) return error.info;
    return createFailureInfo("Unknown", { Message: describeError(error) });
  }
}

async function cleanUpAfter<T>(ended: Promise<T>, { cleanUp }: WrappedCommand): Promise<T> {
  const exitCode = await ended;
  await cleanUp();
  return exitCode;
}

/** A run that is not recorded must not begin. */
async function recordGroup(attempts: Attempts, run: RunRecord, group: RunningGroup): Promise<boolean> {
  let recorded = false;
  try {
    recorded = await attempts.record(run);
  } finally {
    if (!recorded) await endGroup(group, 0);
  }
  return recorded;
}

/** Returns false if its time was over. Then the group is ended. */
async function waitUntilEnded(
  group: RunningGroup,
  { startTime }: RunRecord,
  { maxWallClockInMs, graceInMs, signal }: Attempts,
): Promise<boolean> {
  const over = new AbortController();
  const deadline = startTime === undefined ? Infinity : Date.parse(startTime) + maxWallClockInMs;
  const ended = group.ended.then(() => true);
  const disturbed = pauseUntil(deadline, AbortSignal.any([signal, over.signal])).then(() => false);
  const byItself = await Promise.race([ended, disturbed]);
  over.abort();
  if (!byItself) await endGroup(group, getInterruption(signal)?.graceInMs ?? graceInMs);
  return byItself || signal.aborted;
}
