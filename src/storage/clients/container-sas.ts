import {
  type BlobClient,
  BlobSASPermissions,
  type BlobServiceClient,
  ContainerSASPermissions,
  type ContainerClient,
  SASProtocol,
} from "@azure/storage-blob";
import {
  argumentRangeError,
  argumentTypeError,
  BatchOutputsError,
  type OperationOptions,
  requestOptions,
} from "../../core/index.js";

const dayMs = 24 * 60 * 60 * 1000;

/** How long a user delegation key, and so a SAS that it signs, can live. Source: Get User Delegation Key. */
export const longestUserDelegationMs = 7 * dayMs;

/**
 * A key is asked for from a little earlier on: if the service's clock is behind this one, a key that begins "now" would
 * not be valid yet. The service allows 7 days from its own "now", so the longest key ends as much earlier.
 */
const clockToleranceMs = 5 * 60 * 1000;

/**
 * What a user delegation SAS is written in. Later versions sign more than is used here, and Azurite (3.35) knows none of
 * them.
 */
const userDelegationVersion = "2025-07-05";

/** What a container SAS grants and for how long. */
export interface ContainerSas extends OperationOptions {
  /** In milliseconds from now. */
  readonly lifetimeInMs: number;
  /** Permission letters of a container SAS, in any order. */
  readonly permissions: string;
}

/**
 * The container's URL with a SAS: a service SAS signed with the account's key, or a user delegation SAS where the
 * client has a token credential. It has no start time, so that a clock a little ahead does no harm; for the same reason
 * a user delegation SAS of the full 7 days ends 5 minutes earlier.
 *
 * @throws RangeError naming `lifetimeInMs` or `permissions`; BatchOutputsError `CannotSign`.
 */
export async function signContainerUrl(
  service: BlobServiceClient,
  container: ContainerClient,
  sas: ContainerSas,
): Promise<string> {
  const signer = requireSigner(service);
  requireLifetime(sas.lifetimeInMs, signer);
  const { keyStart, values } = grant(sas.lifetimeInMs, signer, container.url);
  const granted = { ...values, permissions: parsePermissions(sas.permissions) };
  if (signer === "key") return await container.generateSasUrl(granted);
  const key = await service.getUserDelegationKey(new Date(keyStart), values.expiresOn, requestOptions(sas));
  return await container.generateUserDelegationSasUrl({ ...granted, version: userDelegationVersion }, key);
}

/**
 * A blob's URL with a SAS that reads it and nothing else, as {@link signContainerUrl} makes one for a container.
 *
 * @throws RangeError naming `lifetimeInMs`; BatchOutputsError `CannotSign`.
 */
export async function signBlobUrl(
  service: BlobServiceClient,
  blob: BlobClient,
  sas: Omit<ContainerSas, "permissions">,
): Promise<string> {
  const signer = requireSigner(service);
  requireLifetime(sas.lifetimeInMs, signer);
  const { keyStart, values } = grant(sas.lifetimeInMs, signer, blob.url);
  const granted = { ...values, permissions: BlobSASPermissions.parse("r") };
  if (signer === "key") return await blob.generateSasUrl(granted);
  const key = await service.getUserDelegationKey(new Date(keyStart), values.expiresOn, requestOptions(sas));
  return await blob.generateUserDelegationSasUrl({ ...granted, version: userDelegationVersion }, key);
}

/** Whether the client's credential can sign a SAS. */
export function canSign(service: BlobServiceClient): boolean {
  return signerOf(service) !== undefined;
}

function grant(lifetimeInMs: number, signer: Signer, url: string) {
  const keyStart = Date.now() - clockToleranceMs;
  const expiry = Date.now() + lifetimeInMs;
  const expiresOn = new Date(
    signer === "key" ? expiry : Math.min(expiry, keyStart + longestUserDelegationMs),
  );
  return {
    keyStart,
    values: { expiresOn, ...(url.startsWith("https:") ? { protocol: SASProtocol.Https } : {}) },
  };
}

type Signer = "key" | "token";

/** The account's key, or a token that can ask for a user delegation key. */
function signerOf({ credential }: BlobServiceClient): Signer | undefined {
  if ("getToken" in credential) return "token";
  return "accountName" in credential ? "key" : undefined;
}

function requireSigner(service: BlobServiceClient): Signer {
  const signer = signerOf(service);
  if (signer) return signer;
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
  // Expiry dates have whole seconds: less than one would be none at all.
  if (lifetimeInMs < 1000)
    throw argumentRangeError(
      "options.lifetimeInMs",
      `must be a second (1000) at least, but is ${lifetimeInMs}`,
    );
  if (signer === "token" && lifetimeInMs > longestUserDelegationMs) {
    throw argumentRangeError(
      "options.lifetimeInMs",
      `is ${lifetimeInMs}, but a user delegation SAS lives 7 days (${longestUserDelegationMs}) at most; sign with the account's key for longer`,
    );
  }
}

function parsePermissions(letters: string): ContainerSASPermissions {
  try {
    if (letters === "") throw argumentRangeError("it", "is empty");
    return ContainerSASPermissions.parse(letters);
  } catch (error) {
    throw argumentRangeError(
      "options.permissions",
      `must be letters of a container SAS such as "racwl", but is ${JSON.stringify(letters)}: ${error instanceof Error ? error.message : ""}`,
    );
  }
}
