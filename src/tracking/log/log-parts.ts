import type { OperationOptions } from "../../core/index.js";
import type { BlobState } from "../../storage/index.js";
import type { LogBlobs } from "./log-blobs.js";
import { formatLogName, parseLogName } from "./log-names.js";
import { type LogState, parseLogState } from "./log-state.js";

/** One blob of a stored log. */
export interface LogPart {
  readonly name: string;
  readonly blob: BlobState;
  /** `undefined` for a blob that nobody tracked a file to with this package. */
  readonly state: LogState | undefined;
  readonly baseBytes: number;
}

/** All parts of the log whose first part is given, in order. */
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
    const next = await partAfter(blobs, last, options);
    if (next === undefined) return parts;
    parts.push(next);
    last = next;
  }
}

/** The continuation of a part, if it says that it has one. A blob that only has the name of one is left alone. */
export async function partAfter(
  blobs: LogBlobs,
  part: LogPart,
  options: OperationOptions,
): Promise<LogPart | undefined> {
  const name = continuationName(part.name, part.state);
  if (name === undefined) return undefined;
  const blob = await blobs.state(name, options);
  const state = blob === undefined ? undefined : parseLogState(blob.metadata);
  if (blob === undefined || state?.logId !== part.state?.logId) return undefined;
  return { name, blob, state, baseBytes: part.baseBytes + part.blob.sizeBytes };
}

/** The name of the blob that a part says it goes on in. */
export function continuationName(name: string, state: LogState | undefined): string | undefined {
  if (state?.continued !== true) return undefined;
  return formatLogName({ ...parseLogName(name), part: state.part + 1 });
}

/** How many bytes the parts hold together. */
export function totalBytes(parts: readonly LogPart[]): number {
  return parts.reduce((sum, part) => sum + part.blob.sizeBytes, 0);
}

/** Reads from a log as from one blob. Fewer bytes than asked for at the end of a part. */
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
