import type { StoragePipelineOptions } from "@azure/storage-blob";
import type { StoreAccess } from "../contract/store-container.js";
import type { TryLimits } from "../limits/try-limits.js";
import { firstTryPolicy } from "./first-try.js";
import { getKnownAccess, noteAccess } from "./known-access.js";
import { createProgressPolicy } from "./progress-policy.js";
import { ipv6HostPolicy } from "./ipv6-host-policy.js";
import { addRatePolicy } from "./rate-policy.js";
import { getPolicyTaker, type StorageClient } from "./sdk-internals.js";
import { storeAnswerPolicy } from "./store-answer-policy.js";

/**
 * Adds the policies of this package to a client that this package has created. Its requests then wait for their turn
 * while the store is throttling, can continue from a first try, end if they make no progress, and fail if another
 * server answers.
 */
export function prepareOwnClient(
  client: StorageClient,
  access: StoreAccess,
  { retryOptions }: StoragePipelineOptions,
): void {
  noteAccess(client, access);
  getPolicyTaker(client)?.addPolicy(firstTryPolicy, { afterPhase: "Sign" });
  getPolicyTaker(client)?.addPolicy(storeAnswerPolicy, {
    afterPhase: "Sign",
    beforePolicies: [firstTryPolicy.name],
  });
  if (new URL(client.url).hostname.startsWith("[")) getPolicyTaker(client)?.addPolicy(ipv6HostPolicy, {});
  addProgressPolicy(client, access.limits);
  addRatePolicy(client, retryOptions ?? {});
}

/**
 * Prepares a client that the caller has created: the SDK sends all its requests, and tries without progress are ended.
 * No other policy is added. Further calls for clients with the same pipeline have no effect.
 */
export function limitTries(client: StorageClient, limits: TryLimits): StoreAccess {
  const known = getKnownAccess(client);
  if (known) return known;
  const access = { limits, direct: undefined };
  noteAccess(client, access);
  addProgressPolicy(client, limits);
  return access;
}

function addProgressPolicy(client: StorageClient, limits: TryLimits): void {
  getPolicyTaker(client)?.addPolicy(createProgressPolicy(limits), {
    afterPhase: "Sign",
    beforePolicies: [firstTryPolicy.name],
  });
}
