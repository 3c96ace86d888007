import { BatchOutputsError, isRestErrorLike, pickRequestOptions } from "../../core/index.js";
import type { StoreAccount } from "../transport/index.js";
import type { SasOptions } from "./sas-options.js";

/** Options of a SAS for a directory. */
export interface DirectorySasOptions extends SasOptions {
  /** Whether the account has a hierarchical namespace; by default this is requested from the account. */
  readonly hierarchicalNamespace?: boolean | undefined;
}

/**
 * Checks that the account has directories. Otherwise the service would refuse the SAS, but only when it is used.
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
      "A SAS for one task needs a storage account with a hierarchical namespace, and the credential does not permit reading whether this account has one.",
      { hint: { action: "state-namespace" }, cause: error },
    );
  }
}
