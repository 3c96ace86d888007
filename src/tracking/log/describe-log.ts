import type { OperationOptions } from "../../core/index.js";
import type { BlobState } from "../../storage/index.js";
import { type LogName, parseLogName } from "./log-names.js";
import { continuationName, walkLog } from "./log-parts.js";
import { parseLogState } from "./log-state.js";
import type { LogTarget } from "./log-target.js";

/** What a blob's name and metadata say of it as a tracked log. */
export interface LogDescription extends LogName {
  /** The same for all parts of one attempt's log. */
  readonly logId: string;
  /** The log goes on in the next part. */
  readonly isContinued: boolean;
  /** When it was closed; `undefined` while it may grow. */
  readonly finishedAt: Date | undefined;
  /** How often bytes may have been lost; see the event `lost`. */
  readonly gaps: number;
}

/**
 * What a blob is, of a tracked log; `undefined` for every other blob, whatever its name. A name alone does not make an
 * attempt: only a log that was kept has both name and metadata of one.
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
    isContinued: state.continued,
    finishedAt: state.finishedAt === undefined ? undefined : new Date(state.finishedAt),
    gaps: state.gaps,
  };
}

/** One of the blobs that hold a log, as the service describes it. */
export interface StoredLogPart extends BlobState {
  readonly name: string;
}

/**
 * The blobs that hold a log, in order; none when there is no such log. A blob that only has the name of a part, and
 * belongs to another log, is not among them.
 */
export async function listLogParts(
  target: LogTarget,
  options: OperationOptions = {},
): Promise<readonly StoredLogPart[]> {
  const { blobs, blobName } = target;
  const first = await blobs.state(blobName, options);
  if (first === undefined) return [];
  const parts = await walkLog(blobs, blobName, first, options);
  return parts.map(({ name, blob }) => ({ ...blob, name }));
}

/** A blob as far as it can be part of a log: its name, and its metadata with names in lower case. */
export interface LogBlob {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The name of the blob that a log goes on in; `undefined` where it ends, and for every blob that is no part of a log. */
export function nextPartName({ name, metadata }: LogBlob): string | undefined {
  return continuationName(name, parseLogState(metadata));
}

/** Whether two blobs are parts of one attempt's log: a name alone does not make a blob the continuation of another. */
export function isSameLog(one: LogBlob, other: LogBlob): boolean {
  const logId = parseLogState(one.metadata)?.logId;
  return logId !== undefined && logId === parseLogState(other.metadata)?.logId;
}
