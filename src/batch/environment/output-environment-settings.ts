import { argumentTypeError, removeCredentials, requireOperationOptions } from "../../core/index.js";
import type {
  BatchOutputsClient,
  GetOutputStorageContainerUrlOptions,
  JobHandle,
} from "../../outputs/index.js";

/** An environment setting of a task, as accepted by the REST API and every version of `@azure/batch`. */
export interface EnvironmentSetting {
  /** The name of the variable. */
  name: string;
  /** Its value. */
  value: string;
}

/** Options of `outputEnvironmentSettings`. */
export interface OutputEnvironmentSettingsOptions extends GetOutputStorageContainerUrlOptions {
  /**
   * Instead of a SAS: the client id of the managed identity that tasks use, which must be one of their pool. It needs
   * the role "Storage Blob Data Contributor" on the account or the container. Tasks need the package `@azure/identity`.
   */
  identityClientId?: string | undefined;
}

/**
 * Returns the environment settings with which `TaskOutputStorage.fromEnvironment()` and `batch-outputs` work in a task:
 * for `environmentSettings` of the task, or `commonEnvironmentSettings` of the job. They contain the job's container
 * and a SAS that is valid for 7 days unless `options.lifetimeInMs` is given; the setting is then a secret, but everyone
 * with read access to the task can read it. With `options.identityClientId` they contain only the account's address,
 * and no secret.
 *
 * @throws RangeError for a lifetime that is not positive, or longer than a token credential permits; BatchOutputsError
 * `CannotSign` for a client with neither key nor token.
 *
 * @example
 * ```ts
 * const commonEnvironmentSettings = await outputEnvironmentSettings(client, "film-7", {
 *   lifetimeInMs: 24 * 60 * 60 * 1000,
 * });
 * ```
 */
export async function outputEnvironmentSettings(
  client: BatchOutputsClient,
  job: JobHandle,
  options: OutputEnvironmentSettingsOptions = {},
): Promise<EnvironmentSetting[]> {
  requireOperationOptions(options);
  const { identityClientId, ...signing } = options;
  if (identityClientId === undefined) {
    const value = await client.getOutputStorageContainerUrl(job, signing);
    return [{ name: "AZURE_BATCH_OUTPUTS_CONTAINER_URL", value }];
  }
  if (typeof identityClientId !== "string" || identityClientId === "")
    throw argumentTypeError("options.identityClientId", "must be the client id of a managed identity");
  return [
    { name: "AZURE_STORAGE_ACCOUNT_URL", value: removeCredentials(client.storeAccount.url) },
    { name: "AZURE_CLIENT_ID", value: identityClientId },
  ];
}
