import type { SasIPRange } from "@azure/storage-blob";
import {
  argumentRangeError,
  argumentTypeError,
  type OperationOptions,
  quote,
  requireString,
  requireText,
} from "../../core/index.js";

const dayInMs = 24 * 60 * 60 * 1000;

/** The maximum lifetime of a user delegation key, and so of a SAS signed with it. Source: Get User Delegation Key. */
export const maxUserDelegationInMs = 7 * dayInMs;

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
  /** The object ID of the only user of Microsoft Entra ID who may use it, together with a token. */
  readonly userObjectId?: string | undefined;
}

/**
 * Checks lifetime, start and addresses.
 *
 * @throws TypeError or RangeError naming the option.
 */
export function requireSasOptions(sas: SasOptions, signer: "key" | "token"): void {
  requireLifetime(sas.lifetimeInMs, signer);
  requireStart(sas);
  requireIpRange(sas);
  if (sas.userObjectId !== undefined) requireText(sas.userObjectId, "options.userObjectId");
}

/**
 * Checks the identifier of a stored access policy, and the addresses. Source: "Define a stored access policy".
 *
 * @throws TypeError or RangeError naming the option.
 */
export function requirePolicyOptions(policyId: string, sas: SasOptions): void {
  requireString(policyId, "options.policyId");
  if (policyId === "" || policyId.length > 64)
    throw argumentRangeError("options.policyId", `must have 1 to 64 characters, but has ${policyId.length}`);
  requireIpRange(sas);
}

function requireLifetime(lifetimeInMs: number, signer: "key" | "token"): void {
  if (typeof lifetimeInMs !== "number" || !Number.isFinite(lifetimeInMs)) {
    throw argumentTypeError("options.lifetimeInMs", "must be a finite number of milliseconds");
  }
  if (lifetimeInMs <= 0)
    throw argumentRangeError("options.lifetimeInMs", `must be positive, but is ${lifetimeInMs}`);
  // Expiry times have whole seconds, so a shorter lifetime could be zero.
  if (lifetimeInMs < 1000)
    throw argumentRangeError(
      "options.lifetimeInMs",
      `must be at least a second (1000), but is ${lifetimeInMs}`,
    );
  if (signer === "token" && lifetimeInMs > maxUserDelegationInMs) {
    throw argumentRangeError(
      "options.lifetimeInMs",
      `is ${lifetimeInMs}, but a user delegation SAS is valid for at most 7 days (${maxUserDelegationInMs}); use the account's key for a longer lifetime`,
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
  // Loaded here, because it takes as long as a fifth of an import of this package.
  const { isIPv4 } = process.getBuiltinModule("node:net");
  for (const [name, address] of [
    ["start", ipRange.start],
    ["end", ipRange.end ?? ipRange.start],
  ] as const) {
    if (isIPv4(address)) continue;
    throw argumentRangeError(`options.ipRange.${name}`, `must be an IPv4 address, but is ${quote(address)}`);
  }
}
