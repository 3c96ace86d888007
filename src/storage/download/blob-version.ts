import { Readable } from "node:stream";
import type { BlobClient, BlobDownloadResponseParsed } from "@azure/storage-blob";
import {
  BatchOutputsError,
  type OperationOptions,
  requestOptions,
  throwIfAborted,
} from "../../core/index.js";
import { isBlobMissing, serviceErrorStatus } from "../errors/service-error.js";

/** What of an answer tells which version it is of. */
export type VersionedAnswer = Pick<
  BlobDownloadResponseParsed,
  "blobCommittedBlockCount" | "blobType" | "contentLength" | "contentRange" | "createdOn" | "etag"
>;

/** What tells one version of a blob from another. */
export interface BlobVersion {
  readonly conditions: { readonly ifMatch?: string };
  readonly isSame: (answer: VersionedAnswer) => boolean;
}

/** Connections that may break in one range, one after the other, with less than `progressBytes` between them. */
const maxBreaks = 5;
const progressBytes = 1024 * 1024;

/**
 * The version that an answer came from. An append blob has a new ETag with every append, and what was there before
 * stays: it is the same as long as it was not made anew, as far as its time of creation, length and blocks tell.
 */
export function versionOf(answer: VersionedAnswer): BlobVersion {
  if (answer.blobType !== "AppendBlob") {
    return {
      conditions: answer.etag === undefined ? {} : { ifMatch: answer.etag },
      isSame: (other) => other.etag === answer.etag,
    };
  }
  return {
    conditions: {},
    isSame: (other) =>
      other.blobType === answer.blobType &&
      other.createdOn?.getTime() === answer.createdOn?.getTime() &&
      (other.blobCommittedBlockCount ?? 0) >= (answer.blobCommittedBlockCount ?? 0) &&
      totalBytesOf(other) >= totalBytesOf(answer),
  };
}

/** The blob's whole length, from the answer to a request for all of it or for a part. */
export function totalBytesOf(answer: Pick<VersionedAnswer, "contentLength" | "contentRange">): number {
  const total = /\/(\d+)$/.exec(answer.contentRange ?? "")?.[1];
  return total === undefined ? (answer.contentLength ?? 0) : Number(total);
}

/** Whether an answer holds this range, or what the blob has of it: neither another one nor less. */
export function holdsRange(
  answer: Pick<VersionedAnswer, "contentRange">,
  offset: number,
  count: number | undefined,
  bytes: number | undefined,
): boolean {
  // Azurite answers "bytes 0--1/0" when the first byte of an empty blob is asked for.
  const [first, last, total] = (/^bytes (\d+)-(-1|\d+)\/(\d+)$/.exec(answer.contentRange ?? "") ?? [])
    .slice(1)
    .map(Number);
  if (first === undefined || last === undefined || total === undefined) return false;
  const end = count === undefined ? total : Math.min(total, offset + count);
  return first === offset && last + 1 === end && bytes === end - offset;
}

/** Asks for a range, of one version if one is given: `OutputChanged` when that is gone. */
export async function requestRange(
  client: BlobClient,
  offset: number,
  count: number | undefined,
  options: OperationOptions,
  version?: BlobVersion,
): Promise<BlobDownloadResponseParsed> {
  // The SDK would take an answer up again by itself, but means its own abort by every connection that breaks.
  const request = { ...requestOptions(options), maxRetryRequests: 0 };
  if (!version) return requested(guarded(await client.download(offset, count, request)), offset, count);
  try {
    const conditions = version.conditions;
    const answer = guarded(await client.download(offset, count, { ...request, conditions }));
    if (version.isSame(answer)) return requested(answer, offset, count);
    bodyOf(answer).destroy();
  } catch (error) {
    const status = serviceErrorStatus(error);
    const isGone = status === 412 || status === 416 || isBlobMissing(error);
    throw isGone ? overwritten(error) : error;
  }
  throw overwritten();
}

/**
 * The bytes of an answer, as they come. A connection that breaks is taken up where it broke, on the same version of the
 * blob; one that keeps breaking is `StoreUnreachable`.
 */
export async function* rangeBytes(
  client: BlobClient,
  answer: BlobDownloadResponseParsed,
  offset: number,
  options: OperationOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const version = versionOf(answer);
  const end = offset + (answer.contentLength ?? 0);
  let body = bodyOf(answer);
  let position = offset;
  let enough = offset + progressBytes;
  for (let breaks = 0; ; breaks += 1) {
    let reason: unknown;
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        position += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throwIfAborted(options.abortSignal);
      reason = error;
    }
    if (position >= end) return;
    if (position >= enough) breaks = 0;
    if (breaks === maxBreaks) throw brokenOff(end - position, reason);
    enough = position + progressBytes;
    body = bodyOf(await requestRange(client, position, end - position, options, version));
  }
}

/** For a blob that is no longer what it was when its reading began. */
export function overwritten(cause?: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "OutputChanged",
    "The output was overwritten or deleted while it was being read. Fetch it again.",
    cause === undefined ? {} : { cause },
  );
}

function brokenOff(missingBytes: number, cause: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "StoreUnreachable",
    `The connection broke off ${maxBreaks + 1} times, with ${missingBytes} bytes still to come. Check the network, and what stands between this machine and the store.`,
    { cause },
  );
}

/** Who ignores the range, or loses what the answer says of it, gives other bytes than were asked for. */
function requested(
  answer: BlobDownloadResponseParsed,
  offset: number,
  count: number | undefined,
): BlobDownloadResponseParsed {
  const { contentLength = 0, _response } = answer;
  const isWhole = _response.status === 200 && offset === 0 && contentLength <= (count ?? contentLength);
  if (isWhole || holdsRange(answer, offset, count, contentLength)) return answer;
  bodyOf(answer).destroy();
  throw new BatchOutputsError(
    "DigestMismatch",
    "The store sent other bytes than it was asked for. Fetch the output again; if it stays, something between this machine and the store does not pass ranges on.",
  );
}

/** A body may fail before anybody reads it; whoever reads it then gets the error all the same. */
function guarded(answer: BlobDownloadResponseParsed): BlobDownloadResponseParsed {
  answer.readableStreamBody?.on("error", () => undefined);
  return answer;
}

function bodyOf(answer: BlobDownloadResponseParsed): Readable {
  return answer.readableStreamBody instanceof Readable ? answer.readableStreamBody : Readable.from([]);
}
