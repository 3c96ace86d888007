import type { AddPipelineOptions, PipelinePolicy } from "@azure/core-rest-pipeline";
import { createClientLogger } from "@azure/logger";
import {
  type BlobServiceClient,
  type ContainerClient,
  type StoragePipelineOptions,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { handedAnswerPolicy } from "../sdk/first-try.js";

const sdkLoggers = ["storage-blob", "core-rest-pipeline", "core-client"].map(createClientLogger);
const knownOptions = new Set(["userAgentOptions", "retryOptions", "keepAliveOptions", "audience"]);
const proxyVariables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

/** The pipelines of clients whose requests may go past the SDK: every client made by such a one shares its own. */
const pipelines = new WeakSet<object>();
let isTraced = false;

/**
 * Lets the requests of this client, and of the clients that it makes, go past the SDK where they can: to be called with the
 * options that the client was made with. Where these ask for more than a connection (a proxy, an HTTP client of one's own,
 * certificates, a time limit for each try), the SDK sends everything.
 */
export function allowDirectRoute(
  client: BlobServiceClient | ContainerClient,
  options: StoragePipelineOptions,
): void {
  const asked = Object.entries(options).filter(([, value]) => value !== undefined);
  if (asked.some(([name]) => !knownOptions.has(name))) return;
  if (options.retryOptions?.tryTimeoutInMs !== undefined || options.keepAliveOptions?.enable === false)
    return;
  if (proxyVariables.some((name) => isSet(name) || isSet(name.toLowerCase()))) return;
  if (
    client.credential instanceof StorageSharedKeyCredential &&
    !isPlainlySigned(client.credential, client.url)
  )
    return;
  const shared = pipelineOf(client);
  const sender = senderOf(client);
  if (shared === undefined || sender === undefined) return;
  sender.addPolicy(handedAnswerPolicy, { afterPhase: "Sign" });
  pipelines.add(shared);
}

/** How parameters of a URL are signed that are not ours (without a value, twice, in capitals) the SDK knows. */
function isPlainlySigned({ accountName }: StorageSharedKeyCredential, url: string): boolean {
  return /^[\w-]+$/.test(accountName) && !url.includes("?");
}

/** An empty variable says nothing, as for the SDK. */
function isSet(variable: string): boolean {
  return (process.env[variable] ?? "") !== "";
}

/** From now on the SDK sends everything in this process, and makes a span of each request. */
export function traceRequests(): void {
  isTraced = true;
}

/** Whether requests of this client may go past the SDK now: not while somebody wants to see each of them. */
export function isDirectRouteAllowed(client: ContainerClient): boolean {
  if (isTraced || sdkLoggers.some((logger) => logger.info.enabled)) return false;
  const shared = pipelineOf(client);
  return shared !== undefined && pipelines.has(shared);
}

/** What the SDK shares among the clients of an account; `undefined` where this version of it does not. */
export function pipelineOf(client: BlobServiceClient | ContainerClient): object | undefined {
  return objectAt(client, "pipeline");
}

/** The policies that the requests of this client go through, and of those that it makes; `undefined` as above. */
export function senderOf(client: BlobServiceClient | ContainerClient): PolicyTaker | undefined {
  const sender = objectAt(objectAt(client, "storageClientContext"), "pipeline");
  return takesPolicies(sender) ? sender : undefined;
}

function objectAt(holder: object | undefined, name: string): object | undefined {
  const value: unknown = holder === undefined ? undefined : Reflect.get(holder, name);
  return typeof value === "object" && value !== null ? value : undefined;
}

interface PolicyTaker {
  addPolicy(policy: PipelinePolicy, options: AddPipelineOptions): void;
}

function takesPolicies(value: object | undefined): value is PolicyTaker {
  return value !== undefined && "addPolicy" in value;
}
