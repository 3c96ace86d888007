import {
  BatchOutputsError,
  type OperationOptions,
  requestOptions,
  resumeStream,
  usualResumePolicy,
} from "../../core/index.js";
import type { BlobHandle } from "../blob-handle.js";
import type { RangeAnswer, RangeRead } from "../transport/index.js";
import { type BlobVersion, readVersion, requireVersion } from "./blob-version.js";

/** The bytes of a range, all of them, and what the answer said of the blob. */
export interface ReadRange {
  readonly answer: RangeAnswer;
  /** In the target. */
  readonly bytes: Uint8Array;
}

/**
 * Reads a range that is as long as the target, of one version if one is given: `OutputChanged` when that is gone. Shorter
 * only where the blob ends before. A connection that breaks is resumed at the first byte that is missing.
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
  // The bytes are in the target already: only how many there are is of interest.
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
  const request = { ...requestOptions(options), ifMatch: version?.ifMatch };
  const read = transport.readRange(name, offset, target, request);
  return version === undefined ? await read : await requireVersion(version, read);
}

/** What a read gave as a stream, with its break. */
async function* readChunks({ bytes, brokenBy }: RangeRead): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
  if (brokenBy !== undefined) throw brokenBy;
}

/** For a blob whose reading breaks off again and again. */
export function createBrokenOffError(missingBytes: number | undefined, cause: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "StoreUnreachable",
    `The connection to the store broke off ${usualResumePolicy.maxBreaks + 1} times, with ${missingBytes ?? "some"} bytes still to come.`,
    { hint: { action: "check-network" }, cause },
  );
}

/** For a range that is not as long as it has to be. */
export function createWrongLengthError(expected: number, actual: number): BatchOutputsError {
  return new BatchOutputsError(
    "DigestMismatch",
    `The store sent ${actual} bytes, and ${expected} were expected.`,
    { hint: { action: "try-again" } },
  );
}
