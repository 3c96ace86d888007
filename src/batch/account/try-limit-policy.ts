import { isRestError, type PipelinePolicy, type PipelineRequest, RestError } from "@azure/core-rest-pipeline";
import {
  createUnansweredError,
  growTryTimeout,
  hasCode,
  linkAbort,
  raceWithAbort,
  receiveText,
  watchAnswer,
} from "../../core/index.js";

/**
 * Creates a policy that ends a try of a request when no byte of the answer arrives within the limit, which grows with each try that
 * reached it. The error has the code of a connection timeout, so that the pipeline repeats the request. For a streamed answer, its
 * reader limits the time of the body.
 */
export function createTryLimitPolicy(firstLimitInMs: number): PipelinePolicy {
  const unansweredTries = new WeakMap<PipelineRequest, number>();
  return {
    name: "batchTryLimitPolicy",
    async sendRequest(request, next) {
      const { abortSignal, onDownloadProgress } = request;
      const earlierTries = unansweredTries.get(request) ?? 0;
      const limitInMs = growTryTimeout(firstLimitInMs, earlierTries);
      const abort = linkAbort(abortSignal);
      const limit = { isReached: false };
      const timer = setTimeout(() => {
        limit.isReached = true;
        abort.abort();
      }, limitInMs);
      let progressCount = 0;
      let isAnswered = false;
      const { host } = new URL(request.url);
      const endAnswerWatch = watchAnswer({ host, progress: () => progressCount });
      request.abortSignal = abort.signal;
      if (!request.streamResponseStatusCodes) {
        request.onDownloadProgress = (progress) => {
          timer.refresh();
          progressCount += 1;
          onDownloadProgress?.(progress);
        };
      }
      let stream: NodeJS.ReadableStream | undefined;
      try {
        // Nothing below can outlast the signal, such as a credential that does not observe it.
        const response = await raceWithAbort(next(request), abort.signal);
        isAnswered = true;
        stream = response.readableStreamBody;
        // The signal also ends the body, until all of it has arrived.
        stream?.once("close", () => {
          abort[Symbol.dispose]();
        });
        return response;
      } catch (error) {
        if (!limit.isReached || abortSignal?.aborted === true) throw error;
        unansweredTries.set(request, earlierTries + 1);
        const { message, code } = createUnansweredError(limitInMs);
        throw new RestError(message, { code, request });
      } finally {
        clearTimeout(timer);
        endAnswerWatch(isAnswered);
        Object.assign(request, { abortSignal, onDownloadProgress });
        if (stream === undefined) abort[Symbol.dispose]();
      }
    },
  };
}

/**
 * Reads the texts of answers, innermost, so that one that breaks off is an error of its connection, which the pipeline repeats.
 */
export const batchTextPolicy: PipelinePolicy = {
  name: "batchTextPolicy",
  async sendRequest(request, next) {
    try {
      return await receiveText(request, next);
    } catch (error) {
      if (!hasCode(error, "ECONNRESET") || isRestError(error)) throw error;
      throw new RestError("The answer was cut off.", { code: "ECONNRESET", request });
    }
  },
};
