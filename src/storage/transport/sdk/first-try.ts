import { Readable } from "node:stream";
import type { PipelinePolicy, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import type { AbortSignalLike } from "@azure/abort-controller";
import { linkAbort } from "../../../core/index.js";
import { loadSdk, requireSdk } from "./load-sdk.js";

/**
 * The result of a try that was sent without the SDK. The SDK's call takes it as the first of its tries, and repeats,
 * explains or throws as usual.
 */
export interface FirstTry {
  /** Returns the answer, or throws the error that the SDK's HTTP client would have thrown. */
  readonly result: (request: PipelineRequest) => PipelineResponse;
  readonly isUnanswered: boolean;
  /** When it was sent, by `performance.now()`. */
  readonly sentAt: number;
}

/**
 * The key is the abort signal of the SDK's call, because a request of the SDK contains no other argument of the call.
 */
const firstTries = new WeakMap<object, FirstTry>();

/** Calls the SDK, which continues from the first try if there was one. */
export async function continueFrom<T>(
  firstTry: FirstTry | undefined,
  abortSignal: AbortSignalLike | undefined,
  call: (abortSignal: AbortSignalLike) => Promise<T>,
): Promise<T> {
  using abort = linkAbort(abortSignal);
  // Loaded before the call, so that the call uses the first try without waiting.
  if (firstTry) await loadSdk();
  if (firstTry) firstTries.set(abort.signal, firstTry);
  return await call(abort.signal);
}

/** The first try that replaces the next try of this request. */
export function getFirstTry({ abortSignal }: PipelineRequest): FirstTry | undefined {
  return abortSignal === undefined ? undefined : firstTries.get(abortSignal);
}

/** The policy that returns the first try instead of sending the request; it is the last one before the HTTP client. */
export const firstTryPolicy: PipelinePolicy = {
  name: "azureBatchOutputsFirstTryPolicy",
  async sendRequest(request, next) {
    const { abortSignal } = request;
    const firstTry = getFirstTry(request);
    if (abortSignal === undefined || firstTry === undefined) return await next(request);
    firstTries.delete(abortSignal);
    return firstTry.result(request);
  },
};

/** Creates the first try for a request that got this answer. */
export function createAnsweredTry(
  requestId: string,
  sentAt: number,
  { status, headers, body }: { status: number; headers: Iterable<[string, string]>; body: Uint8Array },
): FirstTry {
  return {
    sentAt,
    isUnanswered: false,
    result(request) {
      request.headers.set("x-ms-client-request-id", requestId);
      const { createHttpHeaders } = requireSdk().pipeline;
      const answer = { request, status, headers: createHttpHeaders(Object.fromEntries(headers)) };
      if (request.streamResponseStatusCodes?.has(status))
        return { ...answer, readableStreamBody: Readable.from([body], { objectMode: false }) };
      return { ...answer, bodyAsText: new TextDecoder().decode(body) };
    },
  };
}

/** Creates the first try for a request that got no answer. It may have been carried out. */
export function createUnansweredTry(requestId: string, sentAt: number, error: Error): FirstTry {
  return {
    sentAt,
    isUnanswered: true,
    result(request) {
      request.headers.set("x-ms-client-request-id", requestId);
      const { RestError } = requireSdk().pipeline;
      const code =
        "code" in error && typeof error.code === "string" ? error.code : RestError.REQUEST_SEND_ERROR;
      throw new RestError(error.message, { code, request });
    },
  };
}

/** Creates a try that shows the request that the SDK would send, and sends nothing. */
export function createInspectingTry(inspect: (request: PipelineRequest) => void): FirstTry {
  return {
    sentAt: performance.now(),
    isUnanswered: false,
    result(request) {
      inspect(request);
      const { createHttpHeaders } = requireSdk().pipeline;
      return { request, status: 200, headers: createHttpHeaders(), bodyAsText: "" };
    },
  };
}
