import { resolve } from "node:path";
import {
  argumentRangeError,
  argumentTypeError,
  type OperationOptions,
  redactError,
  type RetryPolicy,
} from "../core/index.js";
import { chooseContentType } from "../storage/index.js";
import { writeRetryPolicy } from "./log/append-log.js";
import { claimName } from "./log/claimed-names.js";
import { isPlainLogName } from "./log/log-names.js";
import { logMetadataPrefix } from "./log/log-state.js";
import type { LogTarget } from "./log/log-target.js";
import type { Arrivals } from "./times/arrivals.js";
import { blocksOfOneBlob, maxBudgetIntervalInMs } from "./session/flush-interval.js";
import { FileObservation } from "./session/file-observation.js";
import type { OnExisting } from "./session/open-plan.js";
import { openRetryPolicy, openTrackedLog } from "./session/open-tracked-log.js";
import { TrackedFile } from "./session/tracked-file.js";
import {
  type SessionTimes,
  sharedFlushes,
  sharedOpenings,
  TrackingSession,
} from "./session/tracking-session.js";
import { sharedOpenFiles } from "./source/files/open-files.js";
import { localFiles } from "./source/files/source-files.js";
import type { ResumePlan } from "./source/resume/resume-plan.js";
import { findTrackedBeside, registerTrackedPath } from "./session/tracked-paths.js";

/** Options for tracking a file. */
export interface TrackFileOptions extends OperationOptions {
  /**
   * The time from one flush to the next, in milliseconds. 60,000 by default; with `Infinity`, only `flush` and `close` flush.
   * As a log uses up its blob's 50,000 blocks, it is flushed less often, with up to a minute between flushes.
   */
  flushIntervalInMs?: number | undefined;
  /** Flushes frequently at first and less often as the log ages, but at least once in `flushIntervalInMs`. */
  adaptive?: boolean | undefined;
  /**
   * What to do if there is already an output with this name.
   *
   * - `resume` (the default): continues the log if its content is the beginning of the content of the file, now or before it
   *   was rotated; otherwise the same as `keep`.
   * - `keep`: the log is kept beside the new one, as `stdout.attempt-1.txt` for `stdout.txt`.
   * - `replace`: the log is overwritten.
   * - `fail`: the call fails with `OutputExists`.
   */
  onExisting?: OnExisting | undefined;
  /**
   * Identifies the attempt that wrote the file: 1 to 64 letters, digits, "-" and "_". With `resume`, a log is then continued
   * only if it was tracked with the same id; the logs of two attempts are two logs even if their content is the same. By
   * default, the content alone decides.
   */
  attemptId?: string | undefined;
  /** The content type. By default derived from the name; `text/plain; charset=utf-8` for `.txt` and `.log`. */
  contentType?: string | undefined;
  /** Metadata of the blob, in addition to that of this package (`trackedlog_...`). */
  metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether to store when the lines were written, in a small blob beside the log; false by default. `getLineTimes` of the output reads
   * them. If the store refuses the blob, the event `lineTimesError` is emitted, and the log is not affected.
   */
  lineTimes?: boolean | undefined;
  /** When the bytes of the file arrived, if its writer knows. @internal */
  arrivals?: Arrivals | undefined;
  /** Keeps the file under observation if the call fails, until it is repeated or `observation.close` is called. @internal */
  waiting?: WaitingFile | undefined;
  /** Whether the file may be missing when `close` is called. By default `close` then throws `SourceMissing`. */
  allowMissingSource?: boolean | undefined;
  /** Aborts the call, or tracking after it: immediately and without a last flush, as if the process were killed. */
  abortSignal?: OperationOptions["abortSignal"];
}

/** A file whose log could not be opened yet. */
export interface WaitingFile {
  observation?: FileObservation | undefined;
}

/** Settings that only tests change. */
export interface TrackingLimits {
  /** The maximum number of blocks of a blob. */
  readonly blockLimit: number;
  /** The maximum interval when the blocks are used up. */
  readonly maxIntervalInMs: number;
  readonly writeRetryPolicy: RetryPolicy;
  readonly openRetryPolicy: RetryPolicy;
}

const defaultLimits: TrackingLimits = {
  blockLimit: blocksOfOneBlob,
  maxIntervalInMs: maxBudgetIntervalInMs,
  writeRetryPolicy,
  openRetryPolicy,
};

const maxFlushIntervalInMs = 2_147_483_647;

/**
 * Begins to track a file, which may not exist yet. When this resolves, the log exists and is claimed. Errors of the
 * service, such as a missing container or permission, are converted by the target's `explain` and thrown; later errors
 * are converted in the same way.
 */
export async function trackFile(
  target: LogTarget,
  sourcePath: string,
  options: TrackFileOptions = {},
  limits: Partial<TrackingLimits> = {},
): Promise<TrackedFile> {
  const { blobs, blobName, explain = redactOnly } = target;
  requireOptions(sourcePath, blobName, options);
  const path = resolve(sourcePath);
  await requireRegularFile(path);
  const {
    flushIntervalInMs = 60_000,
    adaptive = false,
    onExisting = "resume",
    attemptId,
    allowMissingSource = false,
    metadata = {},
    abortSignal,
  } = options;
  const allLimits = { ...defaultLimits, ...limits };
  const contentType = options.contentType ?? chooseContentType(blobName);
  const claims = [claimName(blobs.containerUrl, blobName), registerTrackedPath(path)];
  const sourcePlan = planSource(path);
  const { waiting = {} } = options;
  try {
    const observation = (waiting.observation ??= await FileObservation.start(sourcePlan));
    const openPlan = {
      ...allLimits,
      observation,
      blobs,
      blobName,
      sourcePlan,
      onExisting,
      attemptId,
      metadata,
      contentType,
    };
    const opened = await sharedOpenings.run(() => openTrackedLog(openPlan, options), abortSignal);
    await endObservation(waiting);
    const sessionPlan = {
      ...allLimits,
      blobName,
      path,
      flushIntervalInMs,
      adaptive,
      allowMissingSource,
      explain,
      abortSignal,
      flushes: sharedFlushes,
      times: placeTimes(target, opened.log.state.logId, options),
    };
    return new TrackedFile(new TrackingSession(sessionPlan, opened, claims), abortSignal);
  } catch (error) {
    if (options.waiting === undefined) await endObservation(waiting);
    for (const claim of claims) claim[Symbol.dispose]();
    throw explain(error);
  }
}

async function endObservation(waiting: WaitingFile): Promise<void> {
  const { observation } = waiting;
  waiting.observation = undefined;
  await observation?.close();
}

function planSource(path: string): ResumePlan {
  return {
    access: { files: localFiles, openFiles: sharedOpenFiles },
    path,
    isTracked: findTrackedBeside(path),
  };
}

/** Where the times of lines are stored. `undefined` if they are not. */
function placeTimes(
  { blobs, nameTimes }: LogTarget,
  logId: string,
  { lineTimes = false, arrivals }: TrackFileOptions,
): SessionTimes | undefined {
  const name = lineTimes ? nameTimes?.(logId) : undefined;
  return name === undefined ? undefined : { blobs, name, arrivals };
}

async function requireRegularFile(path: string): Promise<void> {
  const found = await localFiles.stat(path);
  if (found?.isFile !== false) return;
  throw argumentRangeError(
    "sourcePath",
    `is not a regular file, and only regular files can be tracked: ${path}`,
  );
}

function requireOptions(sourcePath: unknown, blobName: string, options: TrackFileOptions): void {
  if (typeof sourcePath !== "string") throw argumentTypeError("sourcePath", "must be a string");
  if (sourcePath === "") throw argumentRangeError("sourcePath", "must not be empty");
  if (!isPlainLogName(blobName)) {
    throw argumentRangeError(
      "options.destinationPath",
      `must not be a name under which attempts and continuations of logs are kept: ${blobName}`,
    );
  }
  const { flushIntervalInMs = 1, onExisting = "resume", metadata = {} } = options;
  if (typeof flushIntervalInMs !== "number")
    throw argumentTypeError("options.flushIntervalInMs", "must be a number");
  const isInterval =
    flushIntervalInMs === Number.POSITIVE_INFINITY ||
    (flushIntervalInMs >= 1 && flushIntervalInMs <= maxFlushIntervalInMs);
  if (!isInterval) {
    throw argumentRangeError(
      "options.flushIntervalInMs",
      `must be from 1 to ${maxFlushIntervalInMs}, or Infinity, but is ${String(flushIntervalInMs)}`,
    );
  }
  if (!["resume", "keep", "replace", "fail"].includes(onExisting)) {
    throw argumentRangeError(
      "options.onExisting",
      `must be "resume", "keep", "replace" or "fail", but is "${onExisting}"`,
    );
  }
  requireAttemptId(options.attemptId);
  if (options.lineTimes !== undefined && typeof options.lineTimes !== "boolean")
    throw argumentTypeError("options.lineTimes", "must be true or false");
  const reserved = Object.keys(metadata).find((name) => name.toLowerCase().startsWith(logMetadataPrefix));
  if (reserved !== undefined)
    throw argumentRangeError("options.metadata", `must not use the reserved name ${reserved}`);
}

function requireAttemptId(attemptId: unknown): void {
  if (attemptId === undefined) return;
  if (typeof attemptId !== "string") throw argumentTypeError("options.attemptId", "must be a string");
  if (!/^[\w-]{1,64}$/.test(attemptId))
    throw argumentRangeError(
      "options.attemptId",
      `must be 1 to 64 letters, digits, "-" and "_", but is ${JSON.stringify(attemptId)}`,
    );
}

function redactOnly(error: unknown): unknown {
  redactError(error);
  return error;
}
