import { type PipelinePolicy, type PipelineRequest, tracingPolicyName } from "@azure/core-rest-pipeline";
import {
  type BlobServiceClient,
  type ContainerClient,
  type StoragePipelineOptions,
  StorageRetryPolicyType,
} from "@azure/storage-blob";
import { pause } from "../../../core/index.js";
import { senderOf } from "../direct/direct-access.js";
import { isHandedOver } from "./first-try.js";
import { requestRateFor, type RequestRate } from "../rate/request-rate.js";
import { isThrottled, retryAfterMs } from "../rate/throttling.js";

type RetryOptions = NonNullable<StoragePipelineOptions["retryOptions"]>;

/** What a store refuses as often and for as long, however many others it takes on meanwhile, is left to the SDK. */
const maxRepeats = 30;
const maxRepeatedMs = 120_000;
/** Where many programs share a store, one of them may meet nothing but refusals for a while. */
const patienceWithKnownStore = 4;

/**
 * Has the SDK's requests of this client, and of those that it makes, take their turn like those that go past it; and has
 * them repeated when the store refuses them for being too many, whichever way they were made. The SDK has a handful of tries,
 * which are soon used up where many programs share a store. So none is counted as long as the store takes others on
 * meanwhile, or until it has refused everything for as long as the SDK would wait in all, or four times as long where it has
 * taken on any of this process before. What comes then is the SDK's rest of tries, and its error.
 */
export function addRatePolicy(
  client: BlobServiceClient | ContainerClient,
  { retryOptions = {} }: StoragePipelineOptions,
): void {
  senderOf(client)?.addPolicy(createRatePolicy(retryOptions), {
    afterPhase: "Retry",
    beforePolicies: [tracingPolicyName],
  });
}

interface Refusals {
  count: number;
  readonly firstAt: number;
  /** Of the one before, or when the request began to wait. */
  lastAt: number;
}

function createRatePolicy(retryOptions: RetryOptions): PipelinePolicy {
  const { maxTries, secondaryHost = "" } = retryOptions;
  const patienceMs = sdkWaitsMs(retryOptions);
  const refusalsOf = new WeakMap<PipelineRequest, Refusals>();

  const isWorthRepeating = (request: PipelineRequest, pace: RequestRate, begunAt: number): boolean => {
    // One try means one; and the next try of a reading request is to be made at the secondary host.
    if (maxTries === 1 || (secondaryHost !== "" && /^(?:GET|HEAD)$/.test(request.method))) return false;
    const refusals = refusalsOf.get(request) ?? { count: 0, firstAt: begunAt, lastAt: begunAt };
    refusalsOf.set(request, refusals);
    const { firstAt, lastAt } = refusals;
    refusals.lastAt = performance.now();
    refusals.count += 1;
    if (refusals.count > maxRepeats && refusals.lastAt - firstAt > maxRepeatedMs) return false;
    const maxRefusedMs = pace.hasAccepted ? patienceWithKnownStore * patienceMs : patienceMs;
    return pace.hasAcceptedSince(lastAt) || pace.refusedMsAtNextTurn() <= maxRefusedMs;
  };

  return {
    name: "azureBatchOutputsPacingPolicy",
    async sendRequest(request, next) {
      const pace = requestRateFor(request.url);
      const begunAt = performance.now();
      for (;;) {
        const isMade = isHandedOver(request);
        if (!isMade) await pace.turn(request.abortSignal);
        const sentAt = performance.now();
        const response = await next(request);
        const answer = { status: response.status, header: (name: string) => response.headers.get(name) };
        const isRefused = isMade ? isThrottled(answer) : pace.answered(answer, sentAt);
        if (!isRefused || !isWorthRepeating(request, pace, begunAt)) return response;
        const waitMs = retryAfterMs(answer);
        if (waitMs > 0) await pause(waitMs, request.abortSignal);
      }
    },
  };
}

/** How long the SDK waits between its tries, in all: 16 seconds by default. */
function sdkWaitsMs(options: RetryOptions): number {
  const { retryDelayInMs = 4_000, maxRetryDelayInMs = 120_000 } = options;
  const maxTries = options.maxTries !== undefined && options.maxTries >= 1 ? options.maxTries : 4;
  let waitsMs = 0;
  for (let attempt = 1; attempt < maxTries; attempt += 1) {
    waitsMs +=
      options.retryPolicyType === StorageRetryPolicyType.FIXED
        ? retryDelayInMs
        : Math.min((2 ** (attempt - 1) - 1) * retryDelayInMs, maxRetryDelayInMs);
  }
  return waitsMs;
}
