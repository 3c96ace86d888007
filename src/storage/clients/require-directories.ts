import { BatchOutputsError, isRestErrorLike, pickRequestOptions } from "../../core/index.js";
import type { StoreAccount } from "../transport/index.js";
import type { SasOptions } from "./sas-options.js";

/** Options of a SAS for a directory. */
export interface DirectorySasOptions extends SasOptions {
  /** Whether the account has a hierarchical namespace; by default the account is asked. */
  readonly hierarchicalNamespace?: boolean | undefined;
}

/**
 * Checks that the account has directories: another one would refuse a SAS for a directory, but only when it is used.
 *
 * @throws BatchOutputsError `CannotSign`.
 */
export async function requireDirectories(account: StoreAccount, options: DirectorySasOptions): Promise<void> {
  if (options.hierarchicalNamespace ?? (await askForNamespace(account, options))) return;
  throw new BatchOutputsError(
    "CannotSign",
    "A SAS for one task is a SAS for a directory, which only storage accounts with a hierarchical namespace have; this account has none.",
  );
}

/** Source: "Get Account Information". */
async function askForNamespace(account: StoreAccount, options: DirectorySasOptions): Promise<boolean> {
  try {
    const service = await account.loadClient();
    const { isHierarchicalNamespaceEnabled } = await service.getAccountInfo(pickRequestOptions(options));
    return isHierarchicalNamespaceEnabled === true;
  } catch (error) {
    if (!isRestErrorLike(error) || (error.statusCode !== 401 && error.statusCode !== 403)) throw error;
    throw new BatchOutputsError(
      "CannotSign",
      "A SAS for one task needs a storage account with a hierarchical namespace, and the credential is not allowed to ask whether this account has one.",
      { hint: { action: "state-namespace" }, cause: error },
    );
  }
}
