import { parseConnectionString } from "../../storage/index.js";
import type { Finding } from "./finding.js";

/** The settings that can contain the key of an account. */
export interface KeySettings {
  readonly connectionString?: string;
  readonly batchEndpoint?: string;
  readonly batchKey?: string;
}

/**
 * Warns about account keys in settings for which Microsoft Entra ID could be used. It requires TLS, which emulators do not have.
 */
export function examineKeys({ connectionString, batchEndpoint, batchKey }: KeySettings): Finding[] {
  const findings: Finding[] = [];
  if (connectionString !== undefined && containsKey(connectionString))
    findings.push({
      check: "storage key",
      result: "warn",
      message: `the connection string contains the key of the storage account. ${risk}`,
      advice:
        "Use AZURE_STORAGE_ACCOUNT_URL with Microsoft Entra ID in its place. To a task, pass the container URL of its job (`batch-outputs url`), or use a managed identity.",
    });
  if (batchKey !== undefined && batchKey !== "" && batchEndpoint?.startsWith("http:") !== true)
    findings.push({
      check: "Batch key",
      result: "warn",
      message: `the key of the Batch account is set. ${risk}`,
      advice:
        "Unset AZURE_BATCH_ACCESS_KEY: without it, Microsoft Entra ID is used. Your identity needs a role of the Batch account.",
    });
  return findings;
}

const risk = "Programs that get it can do everything in the account, until the key is rotated";

function containsKey(connectionString: string): boolean {
  try {
    const { url, key } = parseConnectionString(connectionString);
    return key !== undefined && url.startsWith("https:");
  } catch {
    // The check of the store reports a connection string that is not valid.
    return false;
  }
}
