import {
  isNamedKeyCredential,
  isSASCredential,
  isTokenCredential,
  type NamedKeyCredential,
  type SASCredential,
  type TokenCredential,
} from "@azure/core-auth";
import {
  AnonymousCredential,
  BlobServiceClient,
  ContainerClient,
  type StoragePipelineOptions,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { argumentRangeError, argumentTypeError, packageVersion, redactText } from "../../core/index.js";
import { requireSoundSas } from "../address/require-sound-sas.js";
import { parseStoreAddress } from "../address/store-address.js";
import { requireProxyUrls } from "./require-proxy-urls.js";
import { prepareClient, type ProgressOptions } from "../transport/index.js";

export type { ProgressOptions } from "../transport/index.js";

/** The options of the storage SDK's clients, and the time limit of one try of a request. */
export interface StoreClientOptions extends StoragePipelineOptions, ProgressOptions {}

/** The credentials that a storage account accepts; a URL with a SAS, or public access, needs none. */
export type StorageCredential =
  TokenCredential | StorageSharedKeyCredential | NamedKeyCredential | SASCredential;

/**
 * Creates a client for an account from its blob endpoint.
 *
 * @throws TypeError or RangeError naming `accountUrl` or `credential`, before any request.
 */
export function createServiceClient(
  accountUrl: string,
  credential?: StorageCredential,
  options: StoreClientOptions = {},
): BlobServiceClient {
  const { endpoint } = parseStoreAddress(accountUrl, "account", "accountUrl");
  requireTlsForTokens(endpoint, credential, "accountUrl");
  requireSoundCredential(credential);
  requireProxyUrls();
  const client = new BlobServiceClient(
    withSas(accountUrl, credential),
    sdkCredential(credential),
    withUserAgent(options),
  );
  prepareClient(client, options);
  return client;
}

/**
 * Creates a client for an account from its connection string; `UseDevelopmentStorage=true` is Azurite on its default
 * port.
 */
export function createServiceClientFromConnectionString(
  connectionString: string,
  options: StoreClientOptions = {},
): BlobServiceClient {
  if (typeof connectionString !== "string") throw argumentTypeError("connectionString", "must be a string");
  requireProxyUrls();
  try {
    const client = BlobServiceClient.fromConnectionString(connectionString, withUserAgent(options));
    parseStoreAddress(client.url, "account", "the BlobEndpoint");
    prepareClient(client, options, { hasProxy: /DevelopmentStorageProxyUri/i.test(connectionString) });
    return client;
  } catch (error) {
    const why = error instanceof Error ? redactText(error.message) : "it cannot be read";
    throw argumentRangeError("connectionString", `is not the connection string of a storage account: ${why}`);
  }
}

/** Creates a client for a container from its URL, the way task code receives it. */
export function createContainerClient(
  containerUrl: string,
  credential: StorageCredential | undefined,
  options: StoreClientOptions,
  argument: string,
): ContainerClient {
  const { endpoint } = parseStoreAddress(containerUrl, "container", argument);
  requireTlsForTokens(endpoint, credential, argument);
  requireSoundCredential(credential);
  requireProxyUrls();
  const client = new ContainerClient(
    withSas(containerUrl, credential),
    sdkCredential(credential),
    withUserAgent(options),
  );
  prepareClient(client, options);
  return client;
}

/**
 * The client's own property is not used: at addresses that it does not recognize as an emulator's it mistakes the
 * account for the container.
 */
export function readContainerName(client: ContainerClient): string {
  const known = containerNames.get(client);
  if (known !== undefined) return known;
  const name = parseStoreAddress(client.url, "container", "containerUrl").containerName ?? "";
  containerNames.set(client, name);
  return name;
}

/** Cached because it is needed for every saved file. */
const containerNames = new WeakMap<ContainerClient, string>();

function requireSoundCredential(credential: StorageCredential | undefined): void {
  if (isSASCredential(credential)) requireSoundSas(new URLSearchParams(credential.signature), "credential");
}

/** The SDK refuses it too, but only at the first request. */
function requireTlsForTokens(
  endpoint: string,
  credential: StorageCredential | undefined,
  argument: string,
): void {
  if (endpoint.startsWith("http:") && isTokenCredential(credential)) {
    throw argumentRangeError(argument, `must be an https URL: a token credential is never sent over http`);
  }
}

function sdkCredential(
  credential: StorageCredential | undefined,
): TokenCredential | StorageSharedKeyCredential | AnonymousCredential {
  if (credential === undefined || isSASCredential(credential)) return new AnonymousCredential();
  if (credential instanceof StorageSharedKeyCredential || isTokenCredential(credential)) return credential;
  if (isNamedKeyCredential(credential))
    return new StorageSharedKeyCredential(credential.name, credential.key);
  // A shared key credential of another copy of the SDK ends here too: the SDK would treat it as no credential.
  throw argumentTypeError(
    "credential",
    "must be a TokenCredential, a SAS credential, an AzureNamedKeyCredential, or a StorageSharedKeyCredential of the same copy of @azure/storage-blob",
  );
}

function withSas(url: string, credential: StorageCredential | undefined): string {
  if (!isSASCredential(credential)) return url;
  return `${url}${url.includes("?") ? "&" : "?"}${credential.signature.replace(/^\?/, "")}`;
}

function withUserAgent({ progressTimeoutInMs: _, ...options }: StoreClientOptions): StoragePipelineOptions {
  const prefix = [options.userAgentOptions?.userAgentPrefix, `azure-batch-outputs/${packageVersion}`]
    .filter(Boolean)
    .join(" ");
  return { ...options, userAgentOptions: { ...options.userAgentOptions, userAgentPrefix: prefix } };
}
