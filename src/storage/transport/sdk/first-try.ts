import { Readable } from "node:stream";
import {
  createHttpHeaders,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from "@azure/core-rest-pipeline";

/** What became of the first try of a request, for the SDK to go on from. */
export type FirstTry = (request: PipelineRequest) => PipelineResponse;

/** By the signal of the SDK's call that it is meant for: the one thing of a call that its request still has. */
const handed = new WeakMap<object, FirstTry>();

/** Makes the first try of the SDK's call with this signal, which no other call may have, what the function says. */
export function handOver(signal: AbortSignal, firstTry: FirstTry): void {
  handed.set(signal, firstTry);
}

/** Whether the next try of this request is one that was handed over. */
export function isHandedOver({ abortSignal }: PipelineRequest): boolean {
  return abortSignal !== undefined && handed.has(abortSignal);
}

/** The SDK's last policy: gives the first try that was handed over, and sends every other one. */
export const handedAnswerPolicy: PipelinePolicy = {
  name: "azureBatchOutputsHandedAnswerPolicy",
  async sendRequest(request, next) {
    const { abortSignal } = request;
    const firstTry = abortSignal && handed.get(abortSignal);
    if (abortSignal === undefined || firstTry === undefined) return await next(request);
    handed.delete(abortSignal);
    return firstTry(request);
  },
};

/** A try that got this answer. */
export function answered(
  requestId: string,
  { status, headers, body }: { status: number; headers: Iterable<[string, string]>; body: Uint8Array },
): FirstTry {
  return (request) => {
    request.headers.set("x-ms-client-request-id", requestId);
    const answer = { request, status, headers: createHttpHeaders(Object.fromEntries(headers)) };
    if (request.streamResponseStatusCodes?.has(status))
      return { ...answer, readableStreamBody: Readable.from([body], { objectMode: false }) };
    return { ...answer, bodyAsText: new TextDecoder().decode(body) };
  };
}

/** A try that got no answer. The error is what the SDK's own HTTP client would have thrown. */
export function unanswered(requestId: string, error: Error): FirstTry {
  return (request) => {
    request.headers.set("x-ms-client-request-id", requestId);
    const code =
      "code" in error && typeof error.code === "string" ? error.code : RestError.REQUEST_SEND_ERROR;
    throw new RestError(error.message, { code, request });
  };
}
