import { createClientLogger } from "@azure/logger";
import type { StoragePipelineOptions } from "@azure/storage-blob";
import os from "node:os";
import type { DirectAuthorization, SharedKey, StoreAccess } from "../contract/store-container.js";
import { isPlain } from "./common-headers.js";

const sdkLoggers = ["storage-blob", "core-rest-pipeline", "core-client"].map(createClientLogger);
const knownOptions = new Set([
  "userAgentOptions",
  "retryOptions",
  "keepAliveOptions",
  "audience",
  "progressTimeoutInMs",
]);
const proxyVariables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];
let isTraced = false;

/** What a client is made with, as far as requests that are sent past the SDK depend on it. */
export interface DirectCredential {
  readonly key: SharedKey | undefined;
  readonly hasToken: boolean;
}

/**
 * What authorizes requests that are sent past the SDK, for a client with these options. Where they ask for more than a
 * connection (a proxy, another HTTP client, certificates, a time limit for each try), `undefined`: the SDK sends everything.
 */
export function createDirectAuthorization(
  url: string,
  { key, hasToken }: DirectCredential,
  options: StoragePipelineOptions,
): DirectAuthorization | undefined {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (given.some(([name]) => !knownOptions.has(name))) return undefined;
  if (options.retryOptions?.tryTimeoutInMs !== undefined || options.keepAliveOptions?.enable === false)
    return undefined;
  if (proxyVariables.some((name) => isSet(name) || isSet(name.toLowerCase()))) return undefined;
  if (key !== undefined && !canSignHere(key, url)) return undefined;
  const userAgent = formatUserAgent(options.userAgentOptions?.userAgentPrefix);
  return isPlain(["user-agent", userAgent]) ? { userAgent, key, hasToken } : undefined;
}

/** Only the SDK knows how parameters of a URL are signed that are not ours (without a value, twice, in capitals). */
function canSignHere({ accountName }: SharedKey, url: string): boolean {
  return /^[\w-]+$/.test(accountName) && !url.includes("?");
}

/** An empty variable counts as not set, as in the SDK. */
function isSet(variable: string): boolean {
  return (process.env[variable] ?? "") !== "";
}

function formatUserAgent(prefix = ""): string {
  return `${prefix} Node/${process.versions.node} (${os.type()} ${os.release()}; ${os.arch()})`.trimStart();
}

/** From now on the SDK sends everything in this process, with a span for each request. */
export function traceRequests(): void {
  isTraced = true;
}

/** What authorizes requests of a client now: none are sent past the SDK while somebody traces or logs each of them. */
export function currentAuthorization({ direct }: StoreAccess): DirectAuthorization | undefined {
  return isTraced || sdkLoggers.some((logger) => logger.info.enabled) ? undefined : direct;
}
