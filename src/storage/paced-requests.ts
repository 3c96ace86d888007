import { type PipelinePolicy, type PipelineRequest, tracingPolicyName } from "@azure/core-rest-pipeline";
import {
  type BlobServiceClient,
  type ContainerClient,
  type StoragePipelineOptions,
  StorageRetryPolicyType,
} from "@azure/storage-blob";
import { senderOf } from "./direct-clients.js";
import { isHandedOver } from "./handed-answer.js";
import { paceOf } from "./store-pace.js";
import { isThrottled } from "./throttled.js";

type RetryOptions = NonNullable<StoragePipelineOptions["retryOptions"]>;

/** However many others a store takes on meanwhile: what it refuses for so long is left to the SDK. */
const mostRepeatedMs = 120_000;

/**
 * Has the SDK's requests of this client, and of those that it makes, take their turn like those that go past it; and has
 * them repeated when the store refuses them for being too many, whichever way they were made. The SDK has a handful of tries,
 * which are soon used up where many programs share a store. So none is counted as long as the store takes others on
 * meanwhile, or until it has refused everything for half as long as the SDK would wait in all. What comes then is the
 * SDK's rest of tries, and its error.
 */
export function paceRequests(
  client: BlobServiceClient | ContainerClient,
  { retryOptions = {} }: StoragePipelineOptions,
): void {
  senderOf(client)?.addPolicy(pacingPolicy(retryOptions), {
    afterPhase: "Retry",
    beforePolicies: [tracingPolicyName],
  });
}

function pacingPolicy(retryOptions: RetryOptions): PipelinePolicy {
  const patienceMs = sdkWaitsMs(retryOptions) / 2;
  const refusedFirstAt = new WeakMap<PipelineRequest, number>();

  const isRepeatable = (request: PipelineRequest, now: number): boolean => {
    const firstAt = refusedFirstAt.get(request) ?? now;
    refusedFirstAt.set(request, firstAt);
    // The next try is to be made at the secondary host.
    if ((retryOptions.secondaryHost ?? "") !== "" && /^(?:GET|HEAD)$/.test(request.method)) return false;
    return retryOptions.maxTries !== 1 && now - firstAt < mostRepeatedMs;
  };

  return {
    name: "azureBatchOutputsPacingPolicy",
    async sendRequest(request, next) {
      const pace = paceOf(request.url);
      for (let isRepeated = false; ; isRepeated = true) {
        const isFirstTryMade = isHandedOver(request);
        if (!isFirstTryMade) await pace.turn(request.abortSignal, isRepeated);
        const sentAt = performance.now();
        const response = await next(request);
        const answer = { status: response.status, header: (name: string) => response.headers.get(name) };
        const isRefused = isFirstTryMade ? isThrottled(answer) : pace.answered(answer, sentAt);
        if (!isRefused || !isRepeatable(request, sentAt)) return response;
        if (!pace.hasAcceptedSince(sentAt) && pace.refusedMsAtNextTurn() > patienceMs) return response;
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
