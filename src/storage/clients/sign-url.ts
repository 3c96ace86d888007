import { BatchOutputsError, pickRequestOptions } from "../../core/index.js";
import { parseStoreAddress, type StoreAddress } from "../address/store-address.js";
import type { StoreAccount, StoreContainer } from "../transport/index.js";
import { createAccountKey } from "./credentials.js";
import { formatSas, type SasValues } from "./format-sas.js";
import {
  maxUserDelegationInMs,
  requirePolicyOptions,
  requireSasOptions,
  type SasOptions,
} from "./sas-options.js";

/**
 * The key starts this long before now: if the service's clock is behind this one, a key that starts now would not be
 * valid yet. The service allows 7 days from its own current time, so the longest key ends earlier by the same amount.
 */
const clockToleranceInMs = 5 * 60 * 1000;

/** The resource that a SAS is for, and its permissions. */
export interface SasGrant extends Pick<SasValues, "resource" | "directoryDepth" | "permissions"> {
  /** The name of the blob or directory, unless it is for the container. */
  readonly name?: string;
  /** A stored access policy, which then sets permissions and times. */
  readonly policyId?: string | undefined;
}

/** The account's key, or a token credential, with which a user delegation key can be requested. */
type Signer = NonNullable<StoreAccount["signsWith"]>;

/** Whether the client's credential can sign a SAS. */
export function canSign({ signsWith }: StoreAccount): boolean {
  return signsWith !== undefined;
}

/**
 * Signs a SAS for the account and the container in the container's address, and returns it as the query of a URL.
 * `generateSasUrl` of the SDK's clients is not used: at an emulator that the SDK does not recognize it takes the
 * account's name for that of the container, and it finds no account name in the hosts of private links and DNS zones.
 * The service would refuse such a SAS when it is used.
 *
 * @throws TypeError or RangeError naming the option; BatchOutputsError `CannotSign`.
 */
export async function signSas(
  account: StoreAccount,
  container: StoreContainer,
  { name, policyId, ...grant }: SasGrant,
  sas: SasOptions,
): Promise<string> {
  const signer = requireSigner(account);
  if (policyId === undefined) requireSasOptions(sas, signer);
  else requirePolicyOptions(policyId, sas);
  requireUsable(signer, policyId, sas);
  const address = parseStoreAddress(container.url, "container", "accountUrl");
  const end = Date.now() + sas.lifetimeInMs;
  const latestEnd = Date.now() - clockToleranceInMs + maxUserDelegationInMs;
  const expiresOn = new Date(signer === "key" ? end : Math.min(end, latestEnd));
  const path = [address.containerName, ...(name === undefined ? [] : [name])].join("/");
  const values = {
    ...grant,
    ...(policyId === undefined && { startsOn: sas.startsOn, expiresOn }),
    ipRange: sas.ipRange,
    isHttpsOnly: container.url.startsWith("https:"),
  };
  const service = await account.loadClient();
  const { credential } = service;
  if ("computeHMACSHA256" in credential) {
    const signed = { ...values, path: `/blob/${credential.accountName}/${path}` };
    return formatSas(signed, { policyId }, (text) => credential.computeHMACSHA256(text));
  }
  const accountName = requireAccountName(address, sas);
  const startsOn = new Date(Date.now() - clockToleranceInMs);
  const key = await service.getUserDelegationKey(startsOn, expiresOn, pickRequestOptions(sas));
  const authority = { key, userObjectId: sas.userObjectId };
  const delegation = createAccountKey({ name: accountName, key: key.value });
  return formatSas({ ...values, path: `/blob/${accountName}/${path}` }, authority, (text) =>
    delegation.computeHMACSHA256(text),
  );
}

/** Replaces the parameters of a URL by a SAS: the client's own SAS must not become part of the URL. */
export function withSignedSas(url: string, sas: string): string {
  return `${url.split("?", 1)[0] ?? url}?${sas}`;
}

function requireSigner({ signsWith }: StoreAccount): Signer {
  if (signsWith) return signsWith;
  throw new BatchOutputsError(
    "CannotSign",
    "Signing a URL requires the account's key (StorageSharedKeyCredential, connection string) or a token credential; this client has neither.",
  );
}

/** A stored access policy requires the account's key, and a limit to one user requires a user delegation key. */
function requireUsable(signer: Signer, policyId: string | undefined, { userObjectId }: SasOptions): void {
  if (policyId !== undefined && signer === "token")
    throw new BatchOutputsError(
      "CannotSign",
      "A SAS with a stored access policy is signed with the account's key; this client has a token credential.",
    );
  if (userObjectId !== undefined && signer === "key")
    throw new BatchOutputsError(
      "CannotSign",
      "A SAS for one user of Microsoft Entra ID is signed with a token credential; this client has the account's key.",
    );
}

function requireAccountName(address: StoreAddress, { accountName }: SasOptions): string {
  const name = accountName ?? address.accountName;
  if (name !== undefined) return name;
  throw new BatchOutputsError(
    "CannotSign",
    `A user delegation SAS is signed for the storage account by its name, and "${address.endpoint}" does not contain it.`,
    { hint: { action: "name-account" } },
  );
}
