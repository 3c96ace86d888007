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

/** Options of a client: those of the storage SDK's clients, and how long a try of a request may take. */
export interface StoreClientOptions extends StoragePipelineOptions, ProgressOptions {}

/** What a storage account can be reached with; a URL that carries a SAS, or public access, needs none. */
export type StorageCredential =
  TokenCredential | StorageSharedKeyCredential | NamedKeyCredential | SASCredential;

/** A client for an account at its blob endpoint. Throws, naming `accountUrl` or `credential`, before any request. */
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

/** A client for an account by its connection string; `UseDevelopmentStorage=true` is Azurite on its default port. */
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

/** A client for a container by its URL, as task code is given it. */
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

/** Not what the client says: at addresses that it does not know as the emulator's it takes the account for the container. */
export function readContainerName(client: ContainerClient): string {
  const known = containerNames.get(client);
  if (known !== undefined) return known;
  const name = parseStoreAddress(client.url, "container", "containerUrl").containerName ?? "";
  containerNames.set(client, name);
  return name;
}

/** Every saved file asks for it. */
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
  // A shared key credential of another copy of the SDK ends here too: the SDK would take it for no credential at all.
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
