import { createClientLogger } from "@azure/logger";
import {
  type ContainerClient,
  type StoragePipelineOptions,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { policyTaker, sharedPipeline, type StorageClient } from "../sdk/sdk-internals.js";

const sdkLoggers = ["storage-blob", "core-rest-pipeline", "core-client"].map(createClientLogger);
const knownOptions = new Set([
  "userAgentOptions",
  "retryOptions",
  "keepAliveOptions",
  "audience",
  "progressTimeoutInMs",
]);
const proxyVariables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

/**
 * The pipelines of clients whose requests may be sent without the SDK; clients created from one another share a
 * pipeline.
 */
const pipelines = new WeakSet<object>();
let isTraced = false;

/**
 * Allows the requests of this client, and of clients created from it, to be sent without the SDK. Must be called with
 * the options with which the client was created: if they need more than a connection (a proxy, another HTTP client,
 * certificates, a time limit for each try), the SDK sends everything.
 */
export function allowDirectAccess(client: StorageClient, options: StoragePipelineOptions): void {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (given.some(([name]) => !knownOptions.has(name))) return;
  if (options.retryOptions?.tryTimeoutInMs !== undefined || options.keepAliveOptions?.enable === false)
    return;
  if (proxyVariables.some((name) => isSet(name) || isSet(name.toLowerCase()))) return;
  if (client.credential instanceof StorageSharedKeyCredential && !canSignHere(client.credential, client.url))
    return;
  const pipeline = sharedPipeline(client);
  if (pipeline !== undefined && policyTaker(client) !== undefined) pipelines.add(pipeline);
}

/** Only the SDK knows how to sign unusual URL parameters (without a value, repeated, in capitals). */
function canSignHere({ accountName }: StorageSharedKeyCredential, url: string): boolean {
  return /^[\w-]+$/.test(accountName) && !url.includes("?");
}

/** An empty variable counts as not set, as in the SDK. */
function isSet(variable: string): boolean {
  return (process.env[variable] ?? "") !== "";
}

/** From now on the SDK sends all requests of this process, with a span for each. */
export function traceRequests(): void {
  isTraced = true;
}

/** Whether requests of this client may be sent without the SDK now: not while requests are traced or logged. */
export function isDirectAccessAllowed(client: ContainerClient): boolean {
  if (isTraced || sdkLoggers.some((logger) => logger.info.enabled)) return false;
  const pipeline = sharedPipeline(client);
  return pipeline !== undefined && pipelines.has(pipeline);
}
