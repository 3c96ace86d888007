import type { StoragePipelineOptions } from "@azure/storage-blob";
import type { StoreAccess } from "../contract/store-container.js";
import type { TryLimits } from "../limits/try-limits.js";
import { firstTryPolicy } from "./first-try.js";
import { getKnownAccess, noteAccess } from "./known-access.js";
import { createProgressPolicy } from "./progress-policy.js";
import { ipv6HostPolicy } from "./ipv6-host-policy.js";
import { redactionPolicy } from "./redaction-policy.js";
import { addRatePolicy } from "./rate-policy.js";
import { copyClient, getPolicyTaker, getSharedPipeline, type StorageClient } from "./sdk-internals.js";
import { storeAnswerPolicy } from "./store-answer-policy.js";
import { addTransientAnswerPolicy } from "./transient-answers.js";

/**
 * Adds the policies of this package to a client that this package has created. Its requests are then repeated after
 * every transient error, wait for their turn while the store is throttling, can continue from a first try, end if they make no progress, and fail if another
 * server answers; their errors contain no credential of an answer.
 */
export function prepareOwnClient(
  client: StorageClient,
  access: StoreAccess,
  { retryOptions }: StoragePipelineOptions,
): void {
  noteAccess(client, access);
  getPolicyTaker(client)?.addPolicy(firstTryPolicy, { afterPhase: "Sign" });
  addAnswerPolicy(client);
  addHostPolicy(client);
  addProgressPolicy(client, access.limits);
  addRedactionPolicy(client);
  addTransientAnswerPolicy(client, retryOptions ?? {});
  addRatePolicy(client, retryOptions ?? {});
}

/** A client of the caller, and how requests of this package are sent to its store. */
export interface AdoptedClient<Client> {
  readonly access: StoreAccess;
  /** The client for requests of this package. */
  readonly sender: Client;
}

/** The copies of the pipelines of callers' clients, by the callers' own. */
const copiedPipelines = new WeakMap<object, object>();

/**
 * Prepares a client that the caller has created: the SDK sends its requests, which end if they make no progress, and fail
 * if another server answers. The caller's client is not changed, because requests are sent with a copy of it. If it cannot
 * be copied, such as a client of a subclass, the policies are added to the client itself.
 */
export function adoptClient<Client extends StorageClient>(
  client: Client,
  limits: TryLimits,
): AdoptedClient<Client> {
  const known = getKnownAccess(client);
  if (known) return { access: known, sender: client };
  const pipeline = getSharedPipeline(client);
  const copiedPipeline = pipeline && copiedPipelines.get(pipeline);
  const copy = copyClient(client, copiedPipeline);
  const sender = copy ?? client;
  const knownCopy = getKnownAccess(sender);
  if (knownCopy) return { access: knownCopy, sender };
  const access = { limits, direct: undefined };
  noteAccess(sender, access);
  const copied = copy && getSharedPipeline(copy);
  if (pipeline && copied) copiedPipelines.set(pipeline, copied);
  addAnswerPolicy(sender);
  if (copy !== undefined) addHostPolicy(copy);
  addProgressPolicy(sender, limits);
  addRedactionPolicy(sender);
  return { access, sender };
}

function addAnswerPolicy(client: StorageClient): void {
  getPolicyTaker(client)?.addPolicy(storeAnswerPolicy, {
    afterPhase: "Sign",
    beforePolicies: [firstTryPolicy.name],
  });
}

/** The first phase is the outermost: it gets the errors of all others. */
function addRedactionPolicy(client: StorageClient): void {
  getPolicyTaker(client)?.addPolicy(redactionPolicy, { phase: "Serialize" });
}

function addHostPolicy(client: StorageClient): void {
  if (new URL(client.url).hostname.startsWith("[")) getPolicyTaker(client)?.addPolicy(ipv6HostPolicy, {});
}

function addProgressPolicy(client: StorageClient, limits: TryLimits): void {
  getPolicyTaker(client)?.addPolicy(createProgressPolicy(limits), {
    afterPhase: "Sign",
    beforePolicies: [firstTryPolicy.name],
  });
}
