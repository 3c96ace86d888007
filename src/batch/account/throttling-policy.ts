import type {
  HttpHeaders,
  PipelinePolicy,
  PipelineRequest,
  PipelineRetryOptions,
} from "@azure/core-rest-pipeline";
import { computeRetryDelayInMs } from "../../core/index.js";

/** Source: the headers that the retry policy of @azure/core-rest-pipeline reads, the first in seconds or as a date. */
const retryAfterHeaders = ["retry-after", "retry-after-ms", "x-ms-retry-after-ms"];

/**
 * Creates a policy that adds the time to wait to an answer of 429 (too many requests) that lacks it. The retry policy of the
 * pipeline, around this one, then repeats the request, and counts its tries together with those after other errors: by itself it
 * repeats after 429 only if the answer says how long to wait.
 */
export function createThrottlingPolicy({
  maxRetries = 3,
  retryDelayInMs: delayInMs = 1_000,
  maxRetryDelayInMs: maxDelayInMs = 64_000,
}: PipelineRetryOptions = {}): PipelinePolicy {
  const policy = { maxAttempts: maxRetries + 1, delayInMs, maxDelayInMs };
  const refusals = new WeakMap<PipelineRequest, number>();
  return {
    name: "batchThrottlingPolicy",
    async sendRequest(request, next) {
      const response = await next(request);
      if (response.status !== 429 || saysWhen(response.headers)) return response;
      const count = (refusals.get(request) ?? 0) + 1;
      refusals.set(request, count);
      response.headers.set("retry-after-ms", String(Math.round(computeRetryDelayInMs(policy, count))));
      return response;
    },
  };
}

function saysWhen(headers: HttpHeaders): boolean {
  return retryAfterHeaders.some((name) => {
    const value = headers.get(name) ?? "";
    return value !== "" && (Number.isFinite(Number(value)) || Number.isFinite(Date.parse(value)));
  });
}
