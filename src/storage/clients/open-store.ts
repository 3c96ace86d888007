import type { TokenCredential } from "@azure/core-auth";
import type {
  AnonymousCredential,
  BlobServiceClient,
  ContainerClient,
  StoragePipelineOptions,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { argumentRangeError, argumentTypeError, packageVersion, redactText } from "../../core/index.js";
import { requireSoundSas } from "../address/require-sound-sas.js";
import { parseStoreAddress } from "../address/store-address.js";
import {
  createAccount,
  createContainer,
  type DirectCredential,
  openStore,
  type ProgressOptions,
  type RenewContainerUrl,
  type StorageSdk,
  type StoreAccount,
  type StoreContainer,
} from "../transport/index.js";
import { requireProxyUrls } from "./require-proxy-urls.js";
import { parseConnectionString, type StoreConnection } from "./connection-string.js";
import {
  createAccountKey,
  isNamedKeyCredential,
  isSasCredential,
  isSharedKeyCredential,
  isTokenCredential,
  type StorageCredential,
} from "./credentials.js";

export type { ProgressOptions } from "../transport/index.js";

/** Options of a client: those of the storage SDK's clients, and time limits for each try of a request. */
export interface StoreClientOptions extends StoragePipelineOptions, ProgressOptions {}

/** Options of a container. */
export interface ContainerOptions extends StoreClientOptions {
  /**
   * Returns the URL of the same container with a new SAS. It is called before the SAS ends, five minutes at the earliest, and when
   * the service has refused it. Calls that are under way, and tracked files, continue with the new one.
   */
  renewContainerUrl?: RenewContainerUrl | undefined;
}

/** Opens an account at its blob endpoint. Throws, naming `accountUrl` or `credential`, before any request. */
export function openAccount(
  accountUrl: string,
  credential?: StorageCredential,
  options: StoreClientOptions = {},
): StoreAccount {
  const { endpoint } = parseStoreAddress(accountUrl, "account", "accountUrl");
  requireTlsForTokens(endpoint, credential, "accountUrl");
  requireSoundCredential(credential);
  requireProxyUrls();
  const { direct, ofSdk } = readCredential(credential);
  const url = formatUrl(withSas(accountUrl, credential));
  const pipelineOptions = withUserAgent(options);
  const store = openStore<BlobServiceClient>({
    url,
    credential: direct,
    options: { ...pipelineOptions, progressTimeoutInMs: options.progressTimeoutInMs },
    makeClient: (sdk) => new sdk.blobs.BlobServiceClient(url, ofSdk(sdk), pipelineOptions),
  });
  return createAccount(store, direct.hasToken ? "token" : direct.key && "key");
}

/** Opens an account by its connection string; `UseDevelopmentStorage=true` is Azurite on its default port. */
export function openAccountByConnectionString(
  connectionString: string,
  options: StoreClientOptions = {},
): StoreAccount {
  if (typeof connectionString !== "string") throw argumentTypeError("connectionString", "must be a string");
  requireProxyUrls();
  try {
    const { url, key, proxyUrl } = parseConnectionString(connectionString);
    parseStoreAddress(url, "account", "its BlobEndpoint");
    const pipelineOptions = withUserAgent(options);
    const store = openStore<BlobServiceClient>({
      url: formatUrl(url),
      credential: { key: key && createAccountKey(key), hasToken: false },
      options: { ...pipelineOptions, progressTimeoutInMs: options.progressTimeoutInMs },
      hasProxy: proxyUrl !== undefined,
      makeClient: ({ blobs }) =>
        proxyUrl === undefined
          ? new blobs.BlobServiceClient(formatUrl(url), createSdkCredential(blobs, key), pipelineOptions)
          : blobs.BlobServiceClient.fromConnectionString(
              `UseDevelopmentStorage=true;DevelopmentStorageProxyUri=${proxyUrl}`,
              pipelineOptions,
            ),
    });
    return createAccount(store, key && "key");
  } catch (error) {
    const why = error instanceof Error ? redactText(error.message) : "it is not readable";
    throw argumentRangeError("connectionString", `is not the connection string of a storage account: ${why}`);
  }
}

function createSdkCredential(
  blobs: StorageSdk["blobs"],
  key: StoreConnection["key"],
): AnonymousCredential | StorageSharedKeyCredential {
  return key === undefined
    ? new blobs.AnonymousCredential()
    : new blobs.StorageSharedKeyCredential(key.name, key.key);
}

/** Opens a container by its URL, as task code receives it. */
export function openContainer(
  containerUrl: string,
  credential: StorageCredential | undefined,
  { renewContainerUrl, ...options }: ContainerOptions,
  argument: string,
): StoreContainer {
  const { endpoint } = parseStoreAddress(containerUrl, "container", argument);
  requireRenewal(containerUrl, credential, renewContainerUrl);
  requireTlsForTokens(endpoint, credential, argument);
  requireSoundCredential(credential);
  requireProxyUrls();
  const { direct, ofSdk } = readCredential(credential);
  const url = formatUrl(withSas(containerUrl, credential));
  const pipelineOptions = withUserAgent(options);
  return createContainer(
    openStore<ContainerClient>({
      url,
      credential: direct,
      options: { ...pipelineOptions, progressTimeoutInMs: options.progressTimeoutInMs },
      renewUrl: renewContainerUrl,
      makeClient: (sdk) => new sdk.blobs.ContainerClient(url, ofSdk(sdk), pipelineOptions),
    }),
  );
}

function requireRenewal(
  containerUrl: string,
  credential: StorageCredential | undefined,
  renew: RenewContainerUrl | undefined,
): void {
  if (renew === undefined) return;
  if (typeof renew !== "function") throw argumentTypeError("options.renewContainerUrl", "must be a function");
  if (credential !== undefined || !new URL(containerUrl).searchParams.has("sig"))
    throw argumentRangeError(
      "options.renewContainerUrl",
      "requires a container's URL with a SAS, and no credential",
    );
}

function requireSoundCredential(credential: StorageCredential | undefined): void {
  if (isSasCredential(credential)) requireSoundSas(new URLSearchParams(credential.signature), "credential");
}

/** Rejects a token over http. The SDK does so too, but only at the first request. */
function requireTlsForTokens(
  endpoint: string,
  credential: StorageCredential | undefined,
  argument: string,
): void {
  if (endpoint.startsWith("http:") && isTokenCredential(credential)) {
    throw argumentRangeError(argument, `must be an https URL: a token credential is never sent over http`);
  }
}

/** The authorization of requests that are sent without the SDK, and the credential for the SDK's client. */
interface ReadCredential {
  readonly direct: DirectCredential;
  readonly ofSdk: (sdk: StorageSdk) => AnonymousCredential | StorageSharedKeyCredential | TokenCredential;
}

function readCredential(credential: StorageCredential | undefined): ReadCredential {
  if (credential === undefined || isSasCredential(credential))
    return {
      direct: { key: undefined, hasToken: false },
      ofSdk: ({ blobs }) => new blobs.AnonymousCredential(),
    };
  if (isTokenCredential(credential))
    return { direct: { key: undefined, hasToken: true }, ofSdk: () => credential };
  if (isNamedKeyCredential(credential)) {
    const { name, key } = credential;
    return {
      direct: { key: createAccountKey({ name, key }), hasToken: false },
      ofSdk: ({ blobs }) => new blobs.StorageSharedKeyCredential(name, key),
    };
  }
  if (isSharedKeyCredential(credential))
    return { direct: { key: credential, hasToken: false }, ofSdk: () => credential };
  // This also rejects a shared key credential of another copy of the SDK, which the SDK would ignore.
  throw argumentTypeError(
    "credential",
    "must be a TokenCredential, a SAS credential, an AzureNamedKeyCredential, or a StorageSharedKeyCredential of the same copy of @azure/storage-blob",
  );
}

/**
 * Formats a URL like the SDK does for its clients: the path is escaped once. A "+" of the signature that is not escaped would be a
 * space to the service.
 */
function formatUrl(text: string): string {
  const url = new URL(text);
  url.pathname = url.pathname
    .split("/")
    .filter((segment, index, { length }) => segment !== "" || index === 0 || index === length - 1)
    .map((segment) => encodeURIComponent(segment).replaceAll("%25", "%"))
    .join("/");
  url.search = url.search.replace(/(?<=[?&]sig=)[^&]*/, (signature) =>
    signature.replaceAll(/\+|%20/g, "%2B"),
  );
  return url.href;
}

function withSas(url: string, credential: StorageCredential | undefined): string {
  if (!isSasCredential(credential)) return url;
  return `${url}${url.includes("?") ? "&" : "?"}${credential.signature.replace(/^\?/, "")}`;
}

function withUserAgent({ progressTimeoutInMs: _, ...options }: StoreClientOptions): StoragePipelineOptions {
  const prefix = [options.userAgentOptions?.userAgentPrefix, `azure-batch-outputs/${packageVersion}`]
    .filter(Boolean)
    .join(" ");
  return { ...options, userAgentOptions: { ...options.userAgentOptions, userAgentPrefix: prefix } };
}
