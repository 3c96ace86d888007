import { Readable } from "node:stream";
import { isRestError, type PipelineResponse, RestError } from "@azure/core-rest-pipeline";
import { BatchOutputsError, linkAbort, readWithTimeout, resumeStream } from "../../core/index.js";
import { type RangeOptions, createByteStream } from "../../outputs/index.js";
import type { BatchRequests } from "./batch-requests.js";

/**
 * Opens a stream on a file of a task, or on a range of it, up to the length that the file has now: bytes that the task
 * writes later are not read. If the connection breaks, reading resumes at that position of the same file. Destroying
 * the stream ends the request.
 */
export async function openTaskFileStream(
  requests: BatchRequests,
  url: string,
  options: RangeOptions,
  explain: (error: unknown) => unknown,
): Promise<Readable> {
  const { offset = 0, count } = options;
  if (count === 0) return createEmptyStream();
  const abort = linkAbort(options.abortSignal);
  const request: RangeRequest = { requests, url, options: { ...options, abortSignal: abort.signal } };
  try {
    const first = await requestRange(request, offset, count);
    return createByteStream(readBytes(request, first, offset), abort, explain);
  } catch (error) {
    abort[Symbol.dispose]();
    if (isRestError(error) && error.statusCode === 416) return createEmptyStream();
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
  // The stream may fail before it is read. Its reader gets the error; this listener only keeps it from ending the
  // process.
  getBody(answer).on("error", () => undefined);
  if (count !== undefined && (readContentLength(answer) ?? 0) > count) {
    getBody(answer).destroy();
    throw new RestError(`The Batch service answered with other bytes than the ${count} that were asked for`);
  }
  return answer;
}

function readBytes(
  request: RangeRequest,
  first: PipelineResponse,
  offset: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const length = readContentLength(first);
  const end = length === undefined ? undefined : offset + length;
  const { progressTimeoutInMs } = request.requests;
  return resumeStream(readWithTimeout(getBody(first), progressTimeoutInMs), {
    start: offset,
    end,
    abortSignal: request.options.abortSignal,
    createError: (_, cause) => createBrokenError(cause),
    async reopen(position) {
      const answer = await requestRange(request, position, (end ?? position) - position);
      if (answer.headers.get(createdHeader) !== first.headers.get(createdHeader)) throw createReplacedError();
      return readWithTimeout(getBody(answer), progressTimeoutInMs);
    },
  });
}

const createdHeader = "ocp-creation-time";

function getBody(answer: PipelineResponse): Readable {
  return answer.readableStreamBody instanceof Readable ? answer.readableStreamBody : createEmptyStream();
}

function readContentLength(answer: PipelineResponse): number | undefined {
  const length = answer.headers.get("content-length");
  return length === undefined ? undefined : Number(length);
}

function createBrokenError(cause: unknown): BatchOutputsError {
  const reason =
    "the connection broke several times before the end of the file. The node may be leaving its pool.";
  return new BatchOutputsError("BatchUnreachable", reason, { hint: { action: "check-network" }, cause });
}

function createReplacedError(): BatchOutputsError {
  const reason = "the file was replaced by another one while it was being read.";
  return new BatchOutputsError("SourceChanged", reason, { hint: { action: "try-again" } });
}

function createEmptyStream(): Readable {
  return Readable.from([], { objectMode: false });
}
