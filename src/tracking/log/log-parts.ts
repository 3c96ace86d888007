import type { OperationOptions } from "../../core/index.js";
import type { BlobState } from "../../storage/index.js";
import type { LogBlobs } from "./log-target.js";
import { formatLogName, parseLogName } from "./log-names.js";
import { type LogState, parseLogState } from "./log-state.js";

/** One blob of a stored log. */
export interface LogPart {
  readonly name: string;
  readonly blob: BlobState;
  /** `undefined` for a blob that this package did not create as a log. */
  readonly state: LogState | undefined;
  readonly baseBytes: number;
}

/** The parts of a log, in order. */
export type LogParts = readonly [LogPart, ...LogPart[]];

export function findLastPart(parts: LogParts): LogPart {
  return parts.at(-1) ?? parts[0];
}

/** Reads all parts of a log, in order, starting from its first one. */
export async function walkLog(
  blobs: LogBlobs,
  firstName: string,
  firstBlob: BlobState,
  options: OperationOptions,
): Promise<[LogPart, ...LogPart[]]> {
  const first: LogPart = {
    name: firstName,
    blob: firstBlob,
    state: parseLogState(firstBlob.metadata),
    baseBytes: 0,
  };
  const parts: [LogPart, ...LogPart[]] = [first];
  for (let last = first; ;) {
    const next = await findNextPart(blobs, last, options);
    if (next === undefined) return parts;
    parts.push(next);
    last = next;
  }
}

/** Finds the continuation of a part, according to its state. A blob of another log with that name is ignored. */
export async function findNextPart(
  blobs: LogBlobs,
  part: LogPart,
  options: OperationOptions,
): Promise<LogPart | undefined> {
  const name = getContinuationName(part.name, part.state);
  if (name === undefined) return undefined;
  const blob = await blobs.fetchState(name, options);
  const state = blob === undefined ? undefined : parseLogState(blob.metadata);
  if (blob === undefined || state?.logId !== part.state?.logId) return undefined;
  return { name, blob, state, baseBytes: part.baseBytes + part.blob.sizeBytes };
}

/** Returns the name of the blob that continues a part; `undefined` if there is none. */
export function getContinuationName(name: string, state: LogState | undefined): string | undefined {
  if (state?.continued !== true) return undefined;
  return formatLogName({ ...parseLogName(name), part: state.part + 1 });
}

/** Returns the total size of the parts. */
export function sumBytes(parts: readonly LogPart[]): number {
  return parts.reduce((sum, part) => sum + part.blob.sizeBytes, 0);
}

/** Reads from a log as if it were one blob. Returns fewer bytes than requested at the end of a part. */
export async function readLog(
  blobs: LogBlobs,
  parts: readonly LogPart[],
  offset: number,
  count: number,
  options: OperationOptions,
): Promise<Buffer> {
  const part = parts.findLast((candidate) => candidate.baseBytes <= offset);
  const inPart = offset - (part?.baseBytes ?? 0);
  const available = Math.min(count, (part?.blob.sizeBytes ?? 0) - inPart);
  if (part === undefined || available <= 0) return Buffer.alloc(0);
  return (await blobs.read(part.name, inPart, available, options)).data;
}
