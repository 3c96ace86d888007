import type { RetryPolicy } from "../../core/index.js";

/**
 * For a store that does not answer while a task runs. The number of attempts is not limited: a retry deadline ends them,
 * because an outage may be shorter than the task.
 */
export const storeOutagePolicy: RetryPolicy = {
  maxAttempts: Infinity,
  delayInMs: 500,
  maxDelayInMs: 30_000,
};
