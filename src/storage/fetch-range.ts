import type { BlobClient, BlobDownloadResponseParsed } from "@azure/storage-blob";
import { BatchOutputsError } from "../errors.js";
import { BlobPlace } from "./blob-place.js";
import { directRoute, goOn, isAddressable } from "./direct-route.js";
import type { HttpAnswer } from "./http-answer.js";
import type { OperationOptions } from "./operation-options.js";
import {
  type BlobVersion,
  overwritten,
  rangeBytes,
  requestRange,
  totalBytesOf,
  versionOf,
} from "./range-bytes.js";

/** What can be read: a blob by the SDK's client, or by its name, which goes past the SDK where that is possible. */
export type BlobSource = BlobClient | BlobPlace;

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
  return source instanceof BlobPlace ? source.client : source;
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
  const count = target.length;
  const route =
    source instanceof BlobPlace && isAddressable(source.name)
      ? await directRoute(source.container)
      : undefined;
  if (route === undefined) return await fetchBySdk(clientOf(source), offset, target, options, version);
  const ifMatch = version?.conditions.ifMatch;
  const range = ["x-ms-range", `bytes=${offset}-${offset + count - 1}`] as const;
  const outcome = await route.send(
    {
      method: "GET",
      blobName: source.name,
      headers: ifMatch === undefined ? [range] : [range, ["if-match", ifMatch]],
      expectedStatus: 206,
      mostBodyBytes: count,
      target,
    },
    options.abortSignal,
  );
  if (outcome.kind === "other") {
    return await goOn(outcome.firstTry, options.abortSignal, (abortSignal) =>
      fetchBySdk(clientOf(source), offset, target, { ...options, abortSignal }, version),
    );
  }
  const { answer } = outcome;
  const found = rangeAnswer(answer);
  if (version && !version.isSame(found)) throw overwritten();
  const due = Math.min(count, totalBytesOf(found) - offset);
  if (outcome.kind === "whole") return { answer: found, bytes: wholeRange(answer, due) };
  const rest =
    due === answer.body.length ? answer.body.subarray(answer.receivedBytes) : target.subarray(0, due);
  await fetchBySdk(clientOf(source), offset + due - rest.length, rest, options, versionOf(found));
  return { answer: found, bytes: due === answer.body.length ? answer.body : rest };
}

function wholeRange(answer: HttpAnswer, due: number): Uint8Array {
  if (answer.body.length !== due) throw wrongLength(due, answer.body.length);
  return answer.body;
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
