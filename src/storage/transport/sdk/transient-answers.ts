import type { PipelinePolicy, PipelineRequest } from "@azure/core-rest-pipeline";
import type { StoragePipelineOptions } from "@azure/storage-blob";
import { isTransientStatus, pause } from "../../../core/index.js";
import { retryAfterMs } from "../rate/throttling.js";
import { getRetryDelayInMs, getMaxTries } from "./retry-delays.js";
import { getPolicyTaker, type StorageClient } from "./sdk-internals.js";
import { noteUncertainTry } from "./unanswered-tries.js";

type RetryOptions = NonNullable<StoragePipelineOptions["retryOptions"]>;

/** The statuses that the SDK's retry policy repeats itself. */
const repeatedBySdk = new Set([500, 503]);
/** The service refused the request: it was not carried out. */
const refusals = new Set([429, 503]);

/**
 * Makes a client repeat requests after every answer that means a transient error. The SDK repeats them after 500 and 503 only, but
 * gateways and proxies in front of the store answer 408, 429, 502 and 504 as well. The number of tries and the delays are
 * those that the SDK's own retries have.
 */
export function addTransientAnswerPolicy(client: StorageClient, retryOptions: RetryOptions): void {
  // Before the rate policy: a request waits for its turn each time.
  getPolicyTaker(client)?.addPolicy(createTransientAnswerPolicy(retryOptions), {
    afterPhase: "Retry",
    beforePolicies: ["azureBatchOutputsPacingPolicy", "tracingPolicy"],
  });
}

function createTransientAnswerPolicy(retryOptions: RetryOptions): PipelinePolicy {
  const triesByRequest = new WeakMap<PipelineRequest, number>();
  return {
    name: "azureBatchOutputsTransientAnswerPolicy",
    async sendRequest(request, next) {
      for (;;) {
        const tries = (triesByRequest.get(request) ?? 0) + 1;
        triesByRequest.set(request, tries);
        const response = await next(request);
        const { status, headers } = response;
        if (!isTransientStatus(status)) return response;
        if (!refusals.has(status)) noteUncertainTry(request);
        if (repeatedBySdk.has(status) || tries >= getMaxTries(retryOptions)) return response;
        const askedInMs = retryAfterMs({ status, getHeader: (name) => headers.get(name) });
        await pause(Math.max(askedInMs, getRetryDelayInMs(retryOptions, tries)), request.abortSignal);
      }
    },
  };
}
