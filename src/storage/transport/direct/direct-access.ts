import type { StoragePipelineOptions } from "@azure/storage-blob";
import os from "node:os";
import type { DirectAuthorization, SharedKey } from "../contract/store-container.js";
import { isPlain } from "./common-headers.js";

const knownOptions = new Set([
  "userAgentOptions",
  "retryOptions",
  "keepAliveOptions",
  "audience",
  "progressTimeoutInMs",
]);
const proxyVariables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];
let isTraced = false;

/** The credential of a client, for requests without the SDK. */
export interface DirectCredential {
  readonly key: SharedKey | undefined;
  readonly hasToken: boolean;
}

/**
 * Returns the authorization of requests that are sent without the SDK, for a client with these options. `undefined` if the
 * options require more than a connection (a proxy, another HTTP client, certificates, a time limit for each try): then the
 * SDK sends everything.
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
  if (key !== undefined && !canSignWithoutSdk(key, url)) return undefined;
  const userAgent = formatUserAgent(options.userAgentOptions?.userAgentPrefix);
  return isPlain(["user-agent", userAgent]) ? { userAgent, key, hasToken } : undefined;
}

/** Whether requests for a URL can be signed without the SDK. Only the SDK can sign all forms of parameters in a URL. */
function canSignWithoutSdk({ accountName }: SharedKey, url: string): boolean {
  return /^[\w-]+$/.test(accountName) && !url.includes("?");
}

/** An empty variable counts as not set, as in the SDK. */
function isSet(variable: string): boolean {
  return (process.env[variable] ?? "") !== "";
}

function formatUserAgent(prefix = ""): string {
  return `${prefix} Node/${process.versions.node} (${os.type()} ${os.release()}; ${os.arch()})`.trimStart();
}

/** Makes the SDK send everything in this process from now on, with a span for each request. */
export function traceRequests(): void {
  isTraced = true;
}

/** Whether the SDK sends everything, because requests are traced. */
export function areRequestsTraced(): boolean {
  return isTraced;
}
