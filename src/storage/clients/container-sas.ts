import { isIPv4 } from "node:net";
import type { BlobSASSignatureValues, ContainerSASPermissions, SasIPRange } from "@azure/storage-blob";
import {
  argumentRangeError,
  argumentTypeError,
  BatchOutputsError,
  type OperationOptions,
  quote,
  pickRequestOptions,
  requireString,
} from "../../core/index.js";
import { parseStoreAddress } from "../address/store-address.js";
import { loadSdk, type StorageSdk, type StoreAccount, type StoreContainer } from "../transport/index.js";

const dayInMs = 24 * 60 * 60 * 1000;

/** The maximum lifetime of a user delegation key, and so of a SAS signed with it. Source: Get User Delegation Key. */
export const maxUserDelegationInMs = 7 * dayInMs;

/**
 * The key is valid from a little before now: if the service's clock is behind this one, a key that starts now would not
 * be valid yet. The service allows 7 days from its own current time, so the longest key ends earlier by the same
 * amount.
 */
const clockToleranceInMs = 5 * 60 * 1000;

/**
 * The version of user delegation SAS. Later versions sign more values than are used here, and Azurite (3.35) does not
 * support them.
 */
const userDelegationVersion = "2025-07-05";

/** The lifetime and start of a SAS, and the account for which it is signed. */
export interface SasOptions extends OperationOptions {
  /** In milliseconds from now. */
  readonly lifetimeInMs: number;
  /** The start of its validity; immediately by default. An account with a SAS expiration policy may require a start. */
  readonly startsOn?: Date | undefined;
  /** The IP addresses that may use it. */
  readonly ipRange?: SasIPRange | undefined;
  /** The account's name, if the client's URL does not contain it: at a custom domain. */
  readonly accountName?: string | undefined;
}

/** The permissions and lifetime of a container SAS. */
export interface ContainerSasOptions extends SasOptions {
  /** Permission letters of a container SAS, in any order. */
  readonly permissions: string;
  /** The identifier of a stored access policy of the container, which then sets permissions and expiry. */
  readonly policyId?: string | undefined;
}

/**
 * Returns the container's URL with a SAS: a service SAS signed with the account's key, or a user delegation SAS if the
 * client has a token credential. Without `startsOn` the SAS has no start time, so that clock differences do not matter;
 * for the same reason a user delegation SAS of 7 days ends 5 minutes earlier.
 *
 * @throws RangeError naming `lifetimeInMs`, `permissions` or `startsOn`; BatchOutputsError `CannotSign`.
 */
export async function signContainerUrl(
  account: StoreAccount,
  container: StoreContainer,
  sas: ContainerSasOptions,
): Promise<string> {
  if (sas.policyId !== undefined) return await signWithPolicy(account, container, sas, sas.policyId);
  const sdk = await loadSdk();
  const permissions = parsePermissions(sas.permissions, sdk);
  return await signUrl(account, container.url, await container.loadClient(), sas, { permissions });
}

/**
 * The stored access policy sets permissions and expiry: what the SAS stated too, the service would refuse. A user
 * delegation SAS cannot name one.
 *
 * Source: "Define a stored access policy".
 */
async function signWithPolicy(
  account: StoreAccount,
  container: StoreContainer,
  sas: ContainerSasOptions,
  policyId: string,
): Promise<string> {
  requireString(policyId, "options.policyId");
  if (policyId === "" || policyId.length > 64)
    throw argumentRangeError("options.policyId", `must have 1 to 64 characters, but has ${policyId.length}`);
  if (requireSigner(account) !== "key")
    throw new BatchOutputsError(
      "CannotSign",
      "A SAS with a stored access policy is signed with the account's key; this client has a token credential.",
    );
  requireIpRange(sas);
  const { SASProtocol, StorageSharedKeyCredential, generateBlobSASQueryParameters } = (await loadSdk()).blobs;
  const address = parseStoreAddress(container.url, "container", "accountUrl");
  const values: BlobSASSignatureValues = {
    containerName: address.containerName ?? "",
    identifier: policyId,
    ...(sas.ipRange === undefined ? {} : { ipRange: sas.ipRange }),
    ...(container.url.startsWith("https:") ? { protocol: SASProtocol.Https } : {}),
  };
  const { credential } = await account.loadClient();
  if (credential instanceof StorageSharedKeyCredential)
    return `${removeParameters(container.url)}?${generateBlobSASQueryParameters(values, credential).toString()}`;
  const client: Signable = await container.loadClient();
  return await client.generateSasUrl(values);
}

/**
 * Returns a blob's URL with a SAS that permits only reading it; see {@link signContainerUrl}.
 *
 * @throws RangeError naming `lifetimeInMs`; BatchOutputsError `CannotSign`.
 */
export async function signBlobUrl(
  account: StoreAccount,
  container: StoreContainer,
  blobName: string,
  sas: SasOptions,
): Promise<string> {
  const { blobs } = await loadSdk();
  const permissions = blobs.BlobSASPermissions.parse("r");
  const client = (await container.loadClient()).getBlobClient(blobName);
  return await signUrl(account, container.url, client, sas, { permissions, blobName });
}

/**
 * Signs for the container and the account in the address. The clients' own `generateSasUrl` mistakes the account's name
 * for the container's at hosts that the SDK does not recognize as an emulator's, and finds no account name for private
 * links and DNS zones: the service would refuse such a SAS when it is used.
 */
async function signUrl(
  account: StoreAccount,
  containerUrl: string,
  client: Signable,
  sas: SasOptions,
  grant: Pick<BlobSASSignatureValues, "permissions" | "blobName">,
): Promise<string> {
  const { url } = client;
  const signer = requireSigner(account);
  const service = await account.loadClient();
  const { SASProtocol, StorageSharedKeyCredential, generateBlobSASQueryParameters } = (await loadSdk()).blobs;
  requireLifetime(sas.lifetimeInMs, signer);
  requireStart(sas);
  requireIpRange(sas);
  const address = parseStoreAddress(containerUrl, "container", "accountUrl");
  const keyStart = Date.now() - clockToleranceInMs;
  const expiry = Date.now() + sas.lifetimeInMs;
  const values: BlobSASSignatureValues = {
    ...grant,
    containerName: address.containerName ?? "",
    expiresOn: new Date(signer === "key" ? expiry : Math.min(expiry, keyStart + maxUserDelegationInMs)),
    ...(sas.startsOn === undefined ? {} : { startsOn: sas.startsOn }),
    ...(sas.ipRange === undefined ? {} : { ipRange: sas.ipRange }),
    ...(url.startsWith("https:") ? { protocol: SASProtocol.Https } : {}),
  };
  const { credential } = service;
  if (credential instanceof StorageSharedKeyCredential) {
    return `${removeParameters(url)}?${generateBlobSASQueryParameters(values, credential).toString()}`;
  }
  // Only the SDK copy that created the client can sign with its key.
  if (signer === "key") return await client.generateSasUrl(values);
  const accountName = sas.accountName ?? address.accountName;
  if (accountName === undefined) throw createUnknownAccountError(address.endpoint);
  const key = await service.getUserDelegationKey(
    new Date(keyStart),
    values.expiresOn ?? new Date(expiry),
    pickRequestOptions(sas),
  );
  const signed = generateBlobSASQueryParameters(
    { ...values, version: userDelegationVersion },
    key,
    accountName,
  );
  return `${removeParameters(url)}?${signed.toString()}`;
}

/** A client of a container or of a blob, created by any copy of the SDK. */
interface Signable {
  readonly url: string;
  generateSasUrl(values: Omit<BlobSASSignatureValues, "containerName">): Promise<string>;
}

/** The URL without parameters: the client's own SAS must not become part of the signed URL. */
function removeParameters(url: string): string {
  return url.split("?", 1)[0] ?? url;
}

function createUnknownAccountError(endpoint: string): BatchOutputsError {
  return new BatchOutputsError(
    "CannotSign",
    `A user delegation SAS is signed for the storage account by its name, and "${endpoint}" does not tell it.`,
    { hint: { action: "name-account" } },
  );
}

/** Whether the client's credential can sign a SAS. */
export function canSign({ signsWith }: StoreAccount): boolean {
  return signsWith !== undefined;
}

/** The account's key, or a token that can ask for a user delegation key. */
type Signer = NonNullable<StoreAccount["signsWith"]>;

function requireSigner({ signsWith }: StoreAccount): Signer {
  if (signsWith) return signsWith;
  throw new BatchOutputsError(
    "CannotSign",
    "A URL with a SAS can be made with the account's key (StorageSharedKeyCredential, connection string) or with a token credential; this client has neither.",
  );
}

function requireLifetime(lifetimeInMs: number, signer: Signer): void {
  if (typeof lifetimeInMs !== "number" || !Number.isFinite(lifetimeInMs)) {
    throw argumentTypeError("options.lifetimeInMs", "must be a finite number of milliseconds");
  }
  if (lifetimeInMs <= 0)
    throw argumentRangeError("options.lifetimeInMs", `must be positive, but is ${lifetimeInMs}`);
  // Expiry dates have whole seconds, so a shorter lifetime would be none at all.
  if (lifetimeInMs < 1000)
    throw argumentRangeError(
      "options.lifetimeInMs",
      `must be a second (1000) at least, but is ${lifetimeInMs}`,
    );
  if (signer === "token" && lifetimeInMs > maxUserDelegationInMs) {
    throw argumentRangeError(
      "options.lifetimeInMs",
      `is ${lifetimeInMs}, but a user delegation SAS lives 7 days (${maxUserDelegationInMs}) at most; sign with the account's key for longer`,
    );
  }
}

function requireStart({ startsOn, lifetimeInMs }: SasOptions): void {
  if (startsOn === undefined) return;
  if (!(startsOn instanceof Date) || Number.isNaN(startsOn.getTime()))
    throw argumentTypeError("options.startsOn", "must be a valid Date");
  if (startsOn.getTime() >= Date.now() + lifetimeInMs)
    throw argumentRangeError("options.startsOn", "must be before the SAS ends");
}

/** Source: "Create a service SAS", Specify an IP address or IP range: IPv4 only. */
function requireIpRange({ ipRange }: SasOptions): void {
  if (ipRange === undefined) return;
  for (const [name, address] of [
    ["start", ipRange.start],
    ["end", ipRange.end ?? ipRange.start],
  ] as const) {
    if (isIPv4(address)) continue;
    throw argumentRangeError(`options.ipRange.${name}`, `must be an IPv4 address, but is ${quote(address)}`);
  }
}

function parsePermissions(letters: string, { blobs }: StorageSdk): ContainerSASPermissions {
  try {
    if (letters === "") throw argumentRangeError("it", "is empty");
    return blobs.ContainerSASPermissions.parse(letters);
  } catch (error) {
    throw argumentRangeError(
      "options.permissions",
      `must be letters of a container SAS such as "racwl", but is ${JSON.stringify(letters)}: ${error instanceof Error ? error.message : ""}`,
    );
  }
}
