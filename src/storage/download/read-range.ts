import type { BlobClient, BlobDownloadResponseParsed } from "@azure/storage-blob";
import { BatchOutputsError, type OperationOptions } from "../../core/index.js";
import { BlobHandle } from "../blob-handle.js";
import type { Header } from "../transport/direct/common-headers.js";
import {
  type DirectOutcome,
  type DirectRequest,
  directRoute,
  goOn,
  isSendable,
} from "../transport/direct/direct-requests.js";
import type { HttpAnswer } from "../transport/direct/http-answer.js";
import {
  type BlobVersion,
  holdsRange,
  overwritten,
  rangeBytes,
  requestRange,
  totalBytesOf,
  versionOf,
} from "./blob-version.js";

/** What can be read: a blob by the SDK's client, or by its name, which goes past the SDK where that is possible. */
export type BlobSource = BlobClient | BlobHandle;

/** What an answer to a request for a range says of the blob. */
export type RangeAnswer = Pick<
  BlobDownloadResponseParsed,
  | "blobCommittedBlockCount"
  | "blobContentMD5"
  | "blobType"
  | "contentLength"
  | "contentMD5"
  | "contentRange"
  | "createdOn"
  | "etag"
  | "lastModified"
  | "metadata"
>;

/** The bytes of a range, all of them, and what the answer said of the blob. */
export interface FetchedRange {
  readonly answer: RangeAnswer;
  readonly bytes: Uint8Array;
}

/** The SDK's client for what is to be read. */
export function clientOf(source: BlobSource): BlobClient {
  return source instanceof BlobHandle ? source.client : source;
}

/**
 * Reads a range that is as long as the target, of one version if one is given: `OutputChanged` when that is gone. Less only
 * where the blob ends before. A connection that breaks is taken up where it broke. The bytes are usually in the target, and
 * otherwise in a buffer of their own.
 */
export async function fetchRange(
  source: BlobSource,
  offset: number,
  target: Uint8Array,
  options: OperationOptions,
  version?: BlobVersion,
): Promise<FetchedRange> {
  if (!(source instanceof BlobHandle)) return await fetchBySdk(source, offset, target, options, version);
  const ifMatch = version?.conditions.ifMatch;
  const range: Header = ["x-ms-range", `bytes=${offset}-${offset + target.length - 1}`];
  const request: DirectRequest = {
    method: "GET",
    blobName: source.name,
    headers: ifMatch === undefined ? [range] : [range, ["if-match", ifMatch]],
    expectedStatus: 206,
    maxBodyBytes: target.length,
    target,
  };
  const route = isSendable(request) ? await directRoute(source.container, options.abortSignal) : undefined;
  if (route === undefined) return await fetchBySdk(source.client, offset, target, options, version);
  const outcome = await route.send(request, options.abortSignal);
  return await fetchedDirectly(outcome, source, offset, target, options, version);
}

async function fetchedDirectly(
  outcome: DirectOutcome,
  place: BlobHandle,
  offset: number,
  target: Uint8Array,
  options: OperationOptions,
  version: BlobVersion | undefined,
): Promise<FetchedRange> {
  if (outcome.kind === "other") {
    return await goOn(outcome.firstTry, options.abortSignal, (abortSignal) =>
      fetchBySdk(place.client, offset, target, { ...options, abortSignal }, version),
    );
  }
  const { answer } = outcome;
  const found = rangeAnswer(answer);
  const { body, receivedBytes } = answer;
  if (!holdsRange(found, offset, target.length, body.length))
    return await fetchBySdk(place.client, offset, target, options, version);
  if (version && !version.isSame(found)) throw overwritten();
  if (outcome.kind === "partial") {
    // What came before the connection broke is right; the rest has to be of the same version.
    const rest = body.subarray(receivedBytes);
    await fetchBySdk(place.client, offset + receivedBytes, rest, options, versionOf(found));
  }
  return { answer: found, bytes: body };
}

async function fetchBySdk(
  client: BlobClient,
  offset: number,
  target: Uint8Array,
  options: OperationOptions,
  version: BlobVersion | undefined,
): Promise<FetchedRange> {
  const answer = await requestRange(client, offset, target.length, options, version);
  const due = Math.min(target.length, totalBytesOf(answer) - offset);
  let position = 0;
  for await (const chunk of rangeBytes(client, answer, offset, options)) {
    if (position + chunk.length > due) throw wrongLength(due, position + chunk.length);
    target.set(chunk, position);
    position += chunk.length;
  }
  if (position !== due) throw wrongLength(due, position);
  return { answer, bytes: target.subarray(0, due) };
}

/** For a range that is not as long as it has to be. */
export function wrongLength(expected: number, actual: number): BatchOutputsError {
  return new BatchOutputsError(
    "DigestMismatch",
    `The store sent ${actual} bytes where ${expected} were due. Fetch the output again.`,
  );
}

function rangeAnswer(answer: HttpAnswer): RangeAnswer {
  const found: RangeAnswer = { metadata: answer.headersBeginningWith("x-ms-meta-") };
  return Object.assign(found, {
    etag: answer.header("etag"),
    lastModified: answer.date("last-modified"),
    createdOn: answer.date("x-ms-creation-time"),
    contentRange: answer.header("content-range"),
    blobContentMD5: digestOf(answer.header("x-ms-blob-content-md5")),
    blobType: answer.header("x-ms-blob-type"),
    blobCommittedBlockCount: numberOf(answer.header("x-ms-blob-committed-block-count")),
    contentLength: numberOf(answer.header("content-length")),
  });
}

function digestOf(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64");
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
