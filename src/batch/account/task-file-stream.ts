import { Readable } from "node:stream";
import { isRestError, type PipelineResponse, RestError } from "@azure/core-rest-pipeline";
import { BatchOutputsError, linkAbort, throwIfAborted } from "../../core/index.js";
import { type RangeOptions, createByteStream } from "../../outputs/index.js";
import type { BatchRequests } from "./batch-requests.js";

/** Connections that may break in one reading, one after the other, with less than `progressBytes` between them. */
const maxBreaks = 5;
const progressBytes = 1024 * 1024;

/**
 * Opens a stream on a file of a task, or on a range of it, up to the length that the file has when it is opened: what the
 * task writes meanwhile is not read. A connection that breaks is taken up where it broke, on the same file. Destroying
 * the stream ends the request.
 */
export async function openFileStream(
  requests: BatchRequests,
  url: string,
  options: RangeOptions,
  explain: (error: unknown) => unknown,
): Promise<Readable> {
  const { offset = 0, count } = options;
  if (count === 0) return nothing();
  const abort = linkAbort(options.abortSignal);
  const request: RangeRequest = { requests, url, options: { ...options, abortSignal: abort.signal } };
  try {
    const first = await requestRange(request, offset, count);
    return createByteStream(bytesOf(request, first, offset), abort, explain);
  } catch (error) {
    abort[Symbol.dispose]();
    if (isRestError(error) && error.statusCode === 416) return nothing();
    throw error;
  }
}

interface RangeRequest {
  readonly requests: BatchRequests;
  readonly url: string;
  readonly options: RangeOptions;
}

async function requestRange(
  { requests, url, options }: RangeRequest,
  offset: number,
  count: number | undefined,
): Promise<PipelineResponse> {
  const isWhole = offset === 0 && count === undefined;
  const last = count === undefined ? "" : String(offset + count - 1);
  const headers = { accept: "*/*", ...(isWhole ? {} : { "ocp-range": `bytes=${offset}-${last}` }) };
  const answer = await requests.send({ method: "GET", url, headers, isStreamed: true }, options);
  // It may break before anybody reads it; whoever reads it then gets the error all the same.
  bodyOf(answer).on("error", () => undefined);
  if (count !== undefined && (lengthOf(answer) ?? 0) > count) {
    bodyOf(answer).destroy();
    throw new RestError(`The Batch service answered with other bytes than the ${count} that were asked for`);
  }
  return answer;
}

async function* bytesOf(
  request: RangeRequest,
  first: PipelineResponse,
  offset: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const length = lengthOf(first);
  let answer = first;
  let position = offset;
  let enough = offset + progressBytes;
  for (let breaks = 0; ; breaks += 1) {
    let reason: unknown;
    try {
      for await (const chunk of bodyOf(answer) as AsyncIterable<Uint8Array>) {
        position += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throwIfAborted(request.options.abortSignal);
      reason = error;
    }
    const missing = length === undefined ? (reason === undefined ? 0 : Infinity) : offset + length - position;
    if (missing <= 0) return;
    if (position >= enough) breaks = 0;
    if (breaks === maxBreaks || length === undefined) throw brokenOff(reason);
    enough = position + progressBytes;
    answer = await requestRange(request, position, missing);
    if (answer.headers.get(createdHeader) !== first.headers.get(createdHeader)) throw replaced();
  }
}

const createdHeader = "ocp-creation-time";

function bodyOf(answer: PipelineResponse): Readable {
  return answer.readableStreamBody instanceof Readable ? answer.readableStreamBody : nothing();
}

function lengthOf(answer: PipelineResponse): number | undefined {
  const length = answer.headers.get("content-length");
  return length === undefined ? undefined : Number(length);
}

function brokenOff(cause: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "BatchUnreachable",
    "the connection broke off again and again before the file's end. The node may be leaving its pool; check the network, too.",
    { cause },
  );
}

function replaced(): BatchOutputsError {
  return new BatchOutputsError(
    "SourceChanged",
    "the file was replaced by another one while it was being read. Read it again.",
  );
}

function nothing(): Readable {
  return Readable.from([], { objectMode: false });
}
