import type { PipelinePolicy, PipelineRequest } from "@azure/core-rest-pipeline";
import type { StoragePipelineOptions } from "@azure/storage-blob";
import { pause } from "../../../core/index.js";
import { getFirstTry } from "./first-try.js";
import { getAllRetryDelaysInMs } from "./retry-delays.js";
import { getPolicyTaker, type StorageClient } from "./sdk-internals.js";
import { requestRateFor, type RequestRate } from "../rate/request-rate.js";
import { isThrottled, retryAfterMs } from "../rate/throttling.js";

type RetryOptions = NonNullable<StoragePipelineOptions["retryOptions"]>;

/** After this many refusals a request is left to the SDK, even if others are accepted. */
const maxRepeats = 30;
const maxRepeatedMs = 120_000;
/** If many programs share a store, all requests of one program may be refused for a while. */
const knownStoreFactor = 4;

/**
 * Makes the requests of a client wait for their turn, and repeats those that the store refuses because of too many
 * requests.
 *
 * The SDK makes only a few tries, which are soon exhausted if many programs share a store. A refusal therefore does not
 * count as a try while the store accepts other requests of this process, or until it has refused everything for as long
 * as the SDK would wait in total; four times as long if it has accepted any before. After that, the SDK makes its
 * tries, and throws its error.
 */
export function addRatePolicy(client: StorageClient, retryOptions: RetryOptions): void {
  getPolicyTaker(client)?.addPolicy(createRatePolicy(retryOptions), {
    afterPhase: "Retry",
    beforePolicies: ["tracingPolicy"],
  });
}

interface Refusals {
  count: number;
  readonly firstAt: number;
  /** The time of the previous try, or of the start of waiting. */
  lastAt: number;
}

function createRatePolicy(retryOptions: RetryOptions): PipelinePolicy {
  const { maxTries, secondaryHost = "" } = retryOptions;
  const maxUnknownRefusedMs = getAllRetryDelaysInMs(retryOptions);
  const refusalsByRequest = new WeakMap<PipelineRequest, Refusals>();

  const isWorthRepeating = (request: PipelineRequest, pace: RequestRate, begunAt: number): boolean => {
    // With one try, nothing is repeated; and the SDK sends the next try of a read to the secondary host.
    if (maxTries === 1 || (secondaryHost !== "" && /^(?:GET|HEAD)$/.test(request.method))) return false;
    const refusals = refusalsByRequest.get(request) ?? { count: 0, firstAt: begunAt, lastAt: begunAt };
    refusalsByRequest.set(request, refusals);
    const { firstAt, lastAt } = refusals;
    refusals.lastAt = performance.now();
    refusals.count += 1;
    if (refusals.count > maxRepeats && refusals.lastAt - firstAt > maxRepeatedMs) return false;
    const maxRefusedMs = pace.hasAccepted ? knownStoreFactor * maxUnknownRefusedMs : maxUnknownRefusedMs;
    return pace.hasAcceptedSince(lastAt) || pace.measureRefusedMs() <= maxRefusedMs;
  };

  return {
    name: "azureBatchOutputsPacingPolicy",
    async sendRequest(request, next) {
      const pace = requestRateFor(request.url);
      // Counted from the first try: other requests may have been accepted while the SDK was loading.
      const begunAt = getFirstTry(request)?.sentAt ?? performance.now();
      for (;;) {
        const isMade = getFirstTry(request) !== undefined;
        if (!isMade) await pace.turn(request.abortSignal);
        const sentAt = performance.now();
        const response = await next(request);
        const answer = { status: response.status, getHeader: (name: string) => response.headers.get(name) };
        const isRefused = isMade ? isThrottled(answer) : pace.noteAnswer(answer, sentAt);
        if (!isRefused || !isWorthRepeating(request, pace, begunAt)) return response;
        const waitMs = retryAfterMs(answer);
        if (waitMs > 0) await pause(waitMs, request.abortSignal);
      }
    },
  };
}
