import { Readable } from "node:stream";
import type { PipelinePolicy, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import {
  createUnansweredError,
  hasCode,
  isRestErrorLike,
  linkAbort,
  receiveText,
  watchAnswer,
} from "../../../core/index.js";
import { watchProgress } from "../limits/progress-watch.js";
import { getProgressTimeout, type TryLimits } from "../limits/try-limits.js";
import { getFirstTry } from "./first-try.js";
import { loadSdk } from "./load-sdk.js";
import { noteUnansweredTry, getUnansweredTries } from "./unanswered-tries.js";

/** A body is sent in pieces of this size: each piece that the system accepts is progress. */
const pieceBytes = 256 * 1024;

/**
 * Creates a policy that ends a try of a request if it makes no progress within the limit. The error is that of a
 * connection timeout, so that the SDK repeats the request. For a streamed answer, its reader limits the time of the
 * body.
 */
export function createProgressPolicy(limits: TryLimits): PipelinePolicy {
  return {
    name: "azureBatchOutputsProgressPolicy",
    async sendRequest(request, next) {
      const firstTry = getFirstTry(request);
      if (firstTry) {
        if (firstTry.isUnanswered) noteUnansweredTry(request);
        return await next(request);
      }
      const bodyBytes = request.body instanceof Uint8Array ? request.body.length : 0;
      const progressTimeoutInMs = getProgressTimeout(limits, bodyBytes, getUnansweredTries(request));
      return await sendWithin({ ...limits, progressTimeoutInMs }, request, next);
    },
  };
}

async function sendWithin(
  { progressTimeoutInMs, tryTimeoutInMs }: TryLimits,
  request: PipelineRequest,
  next: (request: PipelineRequest) => Promise<PipelineResponse>,
): Promise<PipelineResponse> {
  const { abortSignal, body, onDownloadProgress } = request;
  const abort = linkAbort(abortSignal);
  let passedBytes = 0;
  let reached: number | undefined;
  const endTry = (limitInMs: number) => (): void => {
    reached = limitInMs;
    abort.abort();
  };
  const unwatch = watchProgress({
    timeoutInMs: progressTimeoutInMs,
    progress: () => passedBytes,
    onTimeout: endTry(progressTimeoutInMs),
  });
  const { host } = new URL(request.url);
  const endAnswerWatch = watchAnswer({ host, progress: () => passedBytes });
  let isAnswered = false;
  let failure: unknown;
  const timer = tryTimeoutInMs ? setTimeout(endTry(tryTimeoutInMs), tryTimeoutInMs) : undefined;
  request.abortSignal = abort.signal;
  if (body instanceof Uint8Array && body.length > pieceBytes) {
    if (!request.headers.has("content-length")) request.headers.set("content-length", body.length);
    request.body = () =>
      readPieces(body, (bytes) => {
        passedBytes += bytes;
      });
  }
  // The set is empty if no answer is to be a stream.
  if (!request.streamResponseStatusCodes?.size) {
    request.onDownloadProgress = (progress) => {
      passedBytes += 1;
      onDownloadProgress?.(progress);
    };
  }
  let stream: NodeJS.ReadableStream | undefined;
  try {
    const response = await receiveText(request, next);
    isAnswered = true;
    stream = response.readableStreamBody;
    // The signal also ends the body, until all of it has arrived.
    stream?.once("close", () => {
      abort[Symbol.dispose]();
    });
    return response;
  } catch (error) {
    if (abortSignal?.aborted === true) throw error;
    noteUnansweredTry(request);
    failure = await explainFailedTry(error, request, reached);
    throw failure;
  } finally {
    unwatch();
    endAnswerWatch(isAnswered, failure);
    clearTimeout(timer);
    Object.assign(request, { abortSignal, body, onDownloadProgress });
    if (stream === undefined) abort[Symbol.dispose]();
  }
}

/** Returns the error for a try that failed, perhaps because it reached a limit, so that the SDK repeats the request. */
async function explainFailedTry(
  error: unknown,
  request: PipelineRequest,
  reachedLimitInMs: number | undefined,
): Promise<unknown> {
  const { RestError } = (await loadSdk()).pipeline;
  if (reachedLimitInMs !== undefined) {
    const { message, code } = createUnansweredError(reachedLimitInMs);
    return new RestError(message, { code, request });
  }
  // The connection ended within the answer. The SDK reports that so, and would not repeat the request.
  if (hasCode(error, "ECONNRESET") && !isRestErrorLike(error))
    return new RestError("The answer was cut off.", { code: "ECONNRESET", request });
  return error;
}

/** Creates a stream of the bytes in pieces, which reports each piece that was read. */
function readPieces(bytes: Uint8Array, onTaken: (count: number) => void): Readable {
  let position = 0;
  return new Readable({
    highWaterMark: 0,
    read() {
      const piece = bytes.subarray(position, position + pieceBytes);
      position += piece.length;
      onTaken(piece.length);
      this.push(piece.length === 0 ? null : piece);
    },
  });
}
