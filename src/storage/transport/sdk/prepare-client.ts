import type { StoragePipelineOptions } from "@azure/storage-blob";
import { defaultProgressTimeoutInMs, type TryLimits } from "../limits/try-limits.js";
import { firstTryPolicy } from "./first-try.js";
import { createProgressPolicy } from "./progress-policy.js";
import { ipv6HostPolicy } from "./ipv6-host-policy.js";
import { addRatePolicy } from "./rate-policy.js";
import { policyTaker, sharedPipeline, type StorageClient } from "./sdk-internals.js";

const limitsByPipeline = new WeakMap<object, TryLimits>();
const defaultLimits: TryLimits = { progressTimeoutInMs: defaultProgressTimeoutInMs };

/**
 * Adds the policies of this package to a client that it has created: its requests wait for their turn while the store
 * is throttling, may continue from a first try, and end when they make no progress.
 */
export function prepareOwnClient(
  client: StorageClient,
  limits: TryLimits,
  { retryOptions }: StoragePipelineOptions,
): void {
  policyTaker(client)?.addPolicy(firstTryPolicy, { afterPhase: "Sign" });
  if (new URL(client.url).hostname.startsWith("[")) policyTaker(client)?.addPolicy(ipv6HostPolicy, {});
  limitTries(client, limits);
  addRatePolicy(client, retryOptions ?? {});
}

/**
 * Ends the tries of a client's requests that make no progress. The only policy added to a client that the caller
 * created; a second call for clients that share a pipeline has no effect.
 */
export function limitTries(client: StorageClient, limits: TryLimits = defaultLimits): void {
  const pipeline = sharedPipeline(client);
  if (pipeline === undefined || limitsByPipeline.has(pipeline)) return;
  limitsByPipeline.set(pipeline, limits);
  policyTaker(client)?.addPolicy(createProgressPolicy(limits), {
    afterPhase: "Sign",
    beforePolicies: [firstTryPolicy.name],
  });
}

/** The limits of a client's tries. */
export function tryLimits(client: StorageClient): TryLimits {
  const pipeline = sharedPipeline(client);
  return (pipeline && limitsByPipeline.get(pipeline)) ?? defaultLimits;
}
