import {
  type PipelinePolicy,
  type PipelineResponse,
  type PipelineRetryOptions,
  retryPolicy,
} from "@azure/core-rest-pipeline";
import { computeRetryDelayInMs } from "../../core/index.js";

/** Source: the headers by which the retry policies of @azure/core-rest-pipeline wait. */
const retryAfterHeaders = ["retry-after", "retry-after-ms", "x-ms-retry-after-ms"];

/**
 * Creates a policy that repeats a request after 429 (too many requests) without `Retry-After`. The pipeline's own policy repeats
 * one that says how long to wait, and those that failed with 408 or 5xx.
 */
export function createThrottlingPolicy({
  maxRetries = 3,
  retryDelayInMs: delayInMs = 1_000,
  maxRetryDelayInMs: maxDelayInMs = 64_000,
}: PipelineRetryOptions = {}): PipelinePolicy {
  const policy = { maxAttempts: maxRetries + 1, delayInMs, maxDelayInMs };
  const strategy = {
    name: "batchThrottlingStrategy",
    retry: ({ retryCount, response }: { retryCount: number; response?: PipelineResponse }) =>
      response?.status === 429 && !retryAfterHeaders.some((name) => response.headers.has(name))
        ? { retryAfterInMs: computeRetryDelayInMs(policy, Math.max(1, retryCount)) }
        : { skipStrategy: true },
  };
  return { ...retryPolicy([strategy], { maxRetries }), name: "batchThrottlingPolicy" };
}
