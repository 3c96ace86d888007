import {
  formatInteger,
  BatchOutputsError,
  type OperationOptions,
  pickRequestOptions,
  resumeStream,
  usualResumePolicy,
} from "../../core/index.js";
import type { BlobHandle } from "../blob-handle.js";
import type { RangeAnswer, RangeRead } from "../transport/index.js";
import { type BlobVersion, readVersion, requireVersion } from "./blob-version.js";

/** The bytes of a range, complete, and the properties of the blob from the answer. */
export interface ReadRange {
  readonly answer: RangeAnswer;
  /** A view of the target. */
  readonly bytes: Uint8Array;
}

/**
 * Reads a range as long as the target, of one version if given: throws `OutputChanged` if that version is gone. The
 * result is shorter only if the blob ends before. If the connection breaks, reading resumes at the first missing byte.
 */
export async function readRange(
  source: BlobHandle,
  offset: number,
  target: Uint8Array,
  options: OperationOptions,
  version?: BlobVersion,
): Promise<ReadRange> {
  const first = await requestRange(source, offset, target, options, version);
  const { answer, dueBytes } = first;
  if (first.bytes.length === dueBytes) return { answer, bytes: first.bytes };
  const known = readVersion(answer);
  const resumed = resumeStream(readChunks(first), {
    start: offset,
    end: offset + dueBytes,
    reopen: async (position) => {
      const rest = target.subarray(position - offset, dueBytes);
      return readChunks(await requestRange(source, position, rest, options, known));
    },
    createError: createBrokenOffError,
    abortSignal: options.abortSignal,
  });
  // The bytes are in the target already; only their number is needed.
  while ((await resumed.next()).done !== true);
  return { answer, bytes: target.subarray(0, dueBytes) };
}

async function requestRange(
  { transport, name }: BlobHandle,
  offset: number,
  target: Uint8Array,
  options: OperationOptions,
  version: BlobVersion | undefined,
): Promise<RangeRead> {
  const request = { ...pickRequestOptions(options), ifMatch: version?.ifMatch };
  const read = transport.readRange(name, offset, target, request);
  return version === undefined ? await read : await requireVersion(version, read);
}

/** Returns the bytes of a read, and throws the error that interrupted it. */
async function* readChunks({ bytes, brokenBy }: RangeRead): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
  if (brokenBy !== undefined) throw brokenBy;
}

/** Creates the error for a read that was interrupted too often. */
export function createBrokenOffError(missingBytes: number | undefined, cause: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "StoreUnreachable",
    `The connection to the store broke ${usualResumePolicy.maxBreaks + 1} times, and ${missingBytes === undefined ? "some" : formatInteger(missingBytes)} bytes are missing.`,
    { hint: { action: "check-network" }, cause },
  );
}

/** The error for a range of the wrong length. */
export function createWrongLengthError(expected: number, actual: number): BatchOutputsError {
  return new BatchOutputsError(
    "DigestMismatch",
    `The store sent ${formatInteger(actual)} bytes, but ${formatInteger(expected)} were expected.`,
    { hint: { action: "try-again" } },
  );
}
