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
import { packageVersion } from "../version.js";
import { redactText, redactUrl } from "./redact.js";

/** What a storage account can be reached with; a URL that carries a SAS, or public access, needs none. */
export type StorageCredential =
  TokenCredential | StorageSharedKeyCredential | NamedKeyCredential | SASCredential;

/** A client for an account at its blob endpoint. Throws, naming `accountUrl` or `credential`, before any request. */
export function createServiceClient(
  accountUrl: string,
  credential?: StorageCredential,
  options: StoragePipelineOptions = {},
): BlobServiceClient {
  const url = requireHttpUrl(accountUrl, "accountUrl");
  requireTlsForTokens(url, credential, "accountUrl");
  const client = new BlobServiceClient(
    withSas(accountUrl, credential),
    sdkCredential(credential),
    withUserAgent(options),
  );
  if (nameOrNothing(() => client.getContainerClient("probe").containerName) !== "probe") {
    throw new RangeError(
      `accountUrl must be the blob endpoint of a storage account, without a container, but is ${redactUrl(accountUrl)}`,
    );
  }
  return client;
}

/** A client for an account by its connection string; `UseDevelopmentStorage=true` is Azurite on its default port. */
export function createServiceClientFromConnectionString(
  connectionString: string,
  options: StoragePipelineOptions = {},
): BlobServiceClient {
  if (typeof connectionString !== "string") throw new TypeError("connectionString must be a string");
  try {
    return BlobServiceClient.fromConnectionString(connectionString, withUserAgent(options));
  } catch (error) {
    const why = error instanceof Error ? redactText(error.message) : "it cannot be read";
    throw new RangeError(`connectionString is not the connection string of a storage account: ${why}`);
  }
}

/** A client for a container by its URL, as task code is given it. */
export function createContainerClient(
  containerUrl: string,
  credential: StorageCredential | undefined,
  options: StoragePipelineOptions,
  argument: string,
): ContainerClient {
  const url = requireHttpUrl(containerUrl, argument);
  requireTlsForTokens(url, credential, argument);
  const sdkOptions = withUserAgent(options);
  const key = sdkCredential(credential);
  const isContainer = nameOrNothing(() => {
    const { containerName, name } = new ContainerClient(containerUrl, key).getBlobClient("probe");
    return containerName.includes("/") ? "" : name;
  });
  if (isContainer !== "probe") {
    throw new RangeError(
      `${argument} must be the URL of a container, neither of an account nor of a blob, but is ${redactUrl(containerUrl)}`,
    );
  }
  return new ContainerClient(withSas(containerUrl, credential), key, sdkOptions);
}

/** What the SDK makes of a URL: it has no check of its own, and throws, or takes one part of a path for another. */
function nameOrNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

function requireHttpUrl(text: unknown, argument: string): URL {
  if (typeof text !== "string")
    throw new TypeError(
      `${argument} must be a URL as a string, but is ${text === null ? "null" : typeof text}`,
    );
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new RangeError(`${argument} must be an absolute http or https URL, but is "${redactUrl(text)}"`);
  }
  if (url.hash !== "" || url.username !== "") {
    throw new RangeError(`${argument} must have no user name and no fragment ("#"): ${redactUrl(text)}`);
  }
  return url;
}

/** The SDK refuses it too, but only at the first request. */
function requireTlsForTokens(url: URL, credential: StorageCredential | undefined, argument: string): void {
  if (url.protocol === "http:" && isTokenCredential(credential)) {
    throw new RangeError(`${argument} must be an https URL: a token credential is never sent over http`);
  }
}

function sdkCredential(
  credential: StorageCredential | undefined,
): TokenCredential | StorageSharedKeyCredential | AnonymousCredential {
  if (credential === undefined || isSASCredential(credential)) return new AnonymousCredential();
  if (credential instanceof StorageSharedKeyCredential || isTokenCredential(credential)) return credential;
  if (isNamedKeyCredential(credential))
    return new StorageSharedKeyCredential(credential.name, credential.key);
  if (isForeignSharedKey(credential)) return credential;
  throw new TypeError("credential must be a TokenCredential, a shared key credential or a SAS credential");
}

/** A shared key credential of another copy of the SDK: same shape, other class. */
function isForeignSharedKey(credential: unknown): credential is StorageSharedKeyCredential {
  return (
    typeof credential === "object" &&
    credential !== null &&
    "accountName" in credential &&
    "computeHMACSHA256" in credential
  );
}

function withSas(url: string, credential: StorageCredential | undefined): string {
  if (!isSASCredential(credential)) return url;
  return `${url}${url.includes("?") ? "&" : "?"}${credential.signature.replace(/^\?/, "")}`;
}

function withUserAgent(options: StoragePipelineOptions): StoragePipelineOptions {
  const prefix = [options.userAgentOptions?.userAgentPrefix, `azure-batch-outputs/${packageVersion}`]
    .filter(Boolean)
    .join(" ");
  return { ...options, userAgentOptions: { ...options.userAgentOptions, userAgentPrefix: prefix } };
}
