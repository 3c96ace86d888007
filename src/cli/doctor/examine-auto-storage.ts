import { UsageError } from "../errors/usage-error.js";
import type { Finding } from "./finding.js";

/** The properties of a Batch account that concern its auto-storage account and its keys. */
interface BatchAccountProperties {
  readonly autoStorage?: {
    /** `StorageKeys` by default. */
    readonly authenticationMode?: string;
    readonly nodeIdentityReference?: { readonly resourceId?: string } | null;
  } | null;
  readonly allowedAuthenticationModes?: readonly string[] | null;
}

/**
 * Checks how a Batch account authenticates to its auto-storage account.
 *
 * @param text - The account as JSON, as `az batch account show` prints it, or as Azure Resource Manager returns it. The
 * endpoint of the Batch account does not return these properties.
 */
export function examineBatchProperties(text: string): Finding[] {
  const { account, properties } = parseAccount(text);
  const findings = examineAutoStorage(properties, account.identity?.type);
  const modes = properties.allowedAuthenticationModes;
  if (Array.isArray(modes) && !modes.some((mode) => isSame(mode, "AAD")))
    findings.push({
      check: "Batch authentication",
      result: "warn",
      message: `the Batch account does not allow Microsoft Entra ID (allowedAuthenticationModes: ${modes.join(", ") || "none"})`,
      advice: "Add AAD to allowedAuthenticationModes of the Batch account, and use it in place of the key.",
    });
  return findings;
}

/** The finding of `doctor` if the properties are not given. */
export const unknownAutoStorage: Finding = {
  check: "auto-storage",
  result: "skip",
  message:
    "not checked: the endpoint of a Batch account does not return how the account authenticates to its storage. " +
    "To check it: az batch account show --name NAME --resource-group GROUP | batch-outputs doctor --batch-properties -",
};

const guide = "See the guide on the storage account of a Batch account.";

function examineAutoStorage(
  { autoStorage }: BatchAccountProperties,
  identity: string | undefined,
): Finding[] {
  const check = "auto-storage";
  if (autoStorage === undefined || autoStorage === null)
    return [{ check, result: "ok", message: "no storage account is linked to the Batch account" }];
  const { authenticationMode = "StorageKeys", nodeIdentityReference } = autoStorage;
  if (isSame(authenticationMode, "StorageKeys"))
    return [
      {
        check,
        result: "warn",
        message:
          "the authentication mode is StorageKeys: Batch uses the keys of the storage account, and fails if the account does not permit them",
        advice: `Set autoStorage.authenticationMode to BatchAccountManagedIdentity, and assign the role Storage Blob Data Contributor to the identity of the Batch account. ${guide}`,
      },
    ];
  if (identity === undefined || isSame(identity, "None"))
    return [
      {
        check,
        result: "fail",
        message: `the authentication mode is ${authenticationMode}, but the Batch account has no identity`,
        advice: `Assign an identity to the Batch account. ${guide}`,
      },
    ];
  if (!nodeIdentityReference?.resourceId)
    return [
      {
        check,
        result: "warn",
        message: `the authentication mode is ${authenticationMode}, but there is no nodeIdentityReference: nodes cannot read from the storage account`,
        advice: `Set autoStorage.nodeIdentityReference to an identity that the pools have. ${guide}`,
      },
    ];
  return [{ check, result: "ok", message: `the authentication mode is ${authenticationMode}` }];
}

/** Azure CLI prints the properties as members of the account itself. */
function parseAccount(text: string): {
  account: { identity?: { type?: string } | null };
  properties: BatchAccountProperties;
} {
  try {
    const account: unknown = JSON.parse(text);
    if (typeof account === "object" && account !== null) {
      const properties: unknown = "properties" in account ? account.properties : account;
      if (typeof properties === "object" && properties !== null) return { account, properties };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UsageError("--batch-properties must be the JSON that `az batch account show` prints.");
}

function isSame(value: unknown, name: string): boolean {
  return typeof value === "string" && value.toLowerCase() === name.toLowerCase();
}
