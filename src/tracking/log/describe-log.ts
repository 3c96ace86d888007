import type { OperationOptions } from "../../core/index.js";
import type { BlobState } from "../../storage/index.js";
import { type LogName, parseLogName } from "./log-names.js";
import { getContinuationName, walkLog } from "./log-parts.js";
import { parseLogState } from "./log-state.js";
import type { LogTarget } from "./log-target.js";

/** The description of a tracked log in a blob's name and metadata. */
export interface LogDescription extends LogName {
  /** The same for all parts of one attempt's log. */
  readonly logId: string;
  /** The id of the attempt, if its writer set one; see `attemptId` of the options. */
  readonly attemptId: string | undefined;
  /** Whether the log continues in the next part. */
  readonly isContinued: boolean;
  /** When it was closed; `undefined` while it may grow. */
  readonly finishedAt: Date | undefined;
  /** The number of positions at which bytes may have been lost; see the event `lost`. */
  readonly gaps: number;
}

/**
 * Describes a blob of a tracked log. Returns `undefined` for any other blob, regardless of its name. Only a kept log
 * has both the name and the metadata of an earlier attempt.
 */
export function describeLog(
  blobName: string,
  metadata: Readonly<Record<string, string>>,
): LogDescription | undefined {
  const state = parseLogState(metadata);
  if (state === undefined) return undefined;
  const name = parseLogName(blobName);
  const isAttempt = state.keptFrom !== undefined && name.attempt === state.attempt;
  const isPart = name.part === state.part;
  const plain: LogName = { path: blobName, attempt: undefined, part: 1 };
  return {
    ...(isPart && isAttempt === (name.attempt !== undefined) ? name : plain),
    logId: state.logId,
    attemptId: state.attemptId,
    isContinued: state.continued,
    finishedAt: state.finishedAt === undefined ? undefined : new Date(state.finishedAt),
    gaps: state.gaps + (state.isLossPending ? 1 : 0),
  };
}

/** A blob of a log, with its properties. */
export interface StoredLogPart extends BlobState {
  readonly name: string;
}

/**
 * Lists the blobs of a log, in order; none if there is no such log. A blob with the name of a part that belongs to
 * another log is omitted.
 */
export async function listLogParts(
  target: LogTarget,
  options: OperationOptions = {},
): Promise<readonly StoredLogPart[]> {
  const { blobs, blobName } = target;
  const first = await blobs.fetchState(blobName, options);
  if (first === undefined) return [];
  const parts = await walkLog(blobs, blobName, first, options);
  return parts.map(({ name, blob }) => ({ ...blob, name }));
}

/** The properties that show whether a blob is part of a log: its name, and its metadata with names in lower case. */
export interface LogBlob {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Returns the name of the blob that continues a log. `undefined` for the last part, and for a blob that is not part of
 * a log.
 */
export function nextPartName({ name, metadata }: LogBlob): string | undefined {
  return getContinuationName(name, parseLogState(metadata));
}

/** Whether two blobs are parts of the same attempt's log. Their names do not prove that. */
export function isSameLog(one: LogBlob, other: LogBlob): boolean {
  const logId = parseLogState(one.metadata)?.logId;
  return logId !== undefined && logId === parseLogState(other.metadata)?.logId;
}
