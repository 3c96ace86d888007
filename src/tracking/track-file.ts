import { resolve } from "node:path";
import { argumentRangeError, argumentTypeError, type OperationOptions, redactError } from "../core/index.js";
import { contentTypeFor } from "../storage/index.js";
import { isPlainLogName } from "./log/log-names.js";
import type { LogTarget } from "./log/log-target.js";
import { logMetadataPrefix } from "./log/log-state.js";
import { type OnExisting, openLog } from "./session/open-tracked-log.js";
import { takeName } from "./log/open-names.js";
import { blocksOfOneBlob, widestIntervalMs } from "./session/flush-interval.js";
import { seeFile } from "./source/file-stat.js";
import { TrackedFile } from "./session/tracked-file.js";
import { type SessionPlan, TrackingSession } from "./session/tracking-session.js";
import { sharedOpeningTurns } from "./session/turns.js";

/** Options for tracking a file. */
export interface TrackFileOptions extends OperationOptions {
  /**
   * The time from one flush to the next, in milliseconds: 60,000 by default, `Infinity` for flushes only when asked. A log
   * that uses up its blob's 50,000 blocks is flushed more seldom, up to a minute, to last longer.
   */
  flushIntervalInMs?: number | undefined;
  /** Flushes quickly at first and more seldom as the log ages, never more seldom than `flushIntervalInMs`. */
  adaptive?: boolean | undefined;
  /**
   * What to do when something is stored under the name already.
   *
   * - `resume` (the default): goes on with the log if its content is the beginning of what the file holds, or held before it
   *   was rotated; otherwise the same as `keep`.
   * - `keep`: the log is kept beside the new one, as `stdout.attempt-1.txt` for `stdout.txt`.
   * - `replace`: the log is overwritten.
   * - `fail`: the call fails with `OutputExists`.
   */
  onExisting?: OnExisting | undefined;
  /** By default what the name suggests; `text/plain; charset=utf-8` for `.txt` and `.log`. */
  contentType?: string | undefined;
  /** Metadata of the blob, beside what this package writes there (`trackedlog_...`). */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** Whether `close` accepts that the file never came into being. It fails with `SourceMissing` by default. */
  allowMissingSource?: boolean | undefined;
  /** Ends the call; later, the tracking: at once and without a last flush, as if the process were killed. */
  abortSignal?: OperationOptions["abortSignal"];
}

/** For tests: how many blocks a blob takes, and how wide the interval gets as they are used up. */
export interface TrackingLimits {
  readonly blockLimit: number;
  readonly widestIntervalMs: number;
}

const realLimits: TrackingLimits = { blockLimit: blocksOfOneBlob, widestIntervalMs };

const longestIntervalMs = 2_147_483_647;

/**
 * Begins to track a file, which may not exist yet. When this resolves, the log is there and claimed: what is wrong with
 * the store, its container or the credential has been thrown.
 */
export async function trackFile(
  target: LogTarget,
  sourcePath: string,
  options: TrackFileOptions = {},
  limits: TrackingLimits = realLimits,
): Promise<TrackedFile> {
  const { blobs, blobName, explain = justRedacted } = target;
  requireOptions(sourcePath, blobName, options);
  const path = resolve(sourcePath);
  await seeFile(path);
  const {
    flushIntervalInMs = 60_000,
    adaptive = false,
    onExisting = "resume",
    allowMissingSource = false,
    metadata = {},
  } = options;
  const plan: SessionPlan = {
    blobs,
    blobName,
    path,
    flushIntervalInMs,
    adaptive,
    allowMissingSource,
    explain,
    abortSignal: options.abortSignal,
    ...limits,
  };
  const contentType = options.contentType ?? contentTypeFor(blobName);
  const name = takeName(blobs.containerUrl, blobName);
  try {
    const logPlan = { ...plan, onExisting, metadata, contentType };
    const opened = await sharedOpeningTurns.run(() => openLog(logPlan, options));
    return new TrackedFile(new TrackingSession(plan, opened, name), options.abortSignal);
  } catch (error) {
    name[Symbol.dispose]();
    throw explain(error);
  }
}

function requireOptions(sourcePath: unknown, blobName: string, options: TrackFileOptions): void {
  if (typeof sourcePath !== "string") throw argumentTypeError("sourcePath", "must be a string");
  if (sourcePath === "") throw argumentRangeError("sourcePath", "must not be empty");
  if (!isPlainLogName(blobName)) {
    throw new RangeError(
      `the destination must not have a name under which attempts and continuations of logs are kept: ${blobName}`,
    );
  }
  const { flushIntervalInMs = 1, onExisting = "resume", metadata = {} } = options;
  if (typeof flushIntervalInMs !== "number")
    throw argumentTypeError("options.flushIntervalInMs", "must be a number");
  const isInterval =
    flushIntervalInMs === Number.POSITIVE_INFINITY ||
    (flushIntervalInMs >= 1 && flushIntervalInMs <= longestIntervalMs);
  if (!isInterval) {
    throw argumentRangeError(
      "options.flushIntervalInMs",
      `must be from 1 to ${longestIntervalMs}, or Infinity, but is ${String(flushIntervalInMs)}`,
    );
  }
  if (!["resume", "keep", "replace", "fail"].includes(onExisting)) {
    throw argumentRangeError(
      "options.onExisting",
      `must be "resume", "keep", "replace" or "fail", but is "${onExisting}"`,
    );
  }
  const reserved = Object.keys(metadata).find((name) => name.toLowerCase().startsWith(logMetadataPrefix));
  if (reserved !== undefined)
    throw argumentRangeError("options.metadata", `must not use the reserved name ${reserved}`);
}

function justRedacted(error: unknown): unknown {
  redactError(error);
  return error;
}
