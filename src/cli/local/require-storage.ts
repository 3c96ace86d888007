import { BatchOutputsError, hasCode, isBatchOutputsError } from "../../core/index.js";
import { BatchOutputsClient } from "../../outputs/index.js";

/**
 * Asks the given storage account once, so that tasks are not started whose outputs cannot be saved.
 *
 * @param source - The flag or the environment variable that gave the connection string.
 * @throws BatchOutputsError if nothing answers, or if it is an Azurite that refuses this program's version of the API. Other
 *   refusals are no errors here: a SAS may permit what tasks need, and not this request.
 */
export async function requireStorage(
  connectionString: string,
  source: string,
  abortSignal: AbortSignal,
): Promise<void> {
  const client = BatchOutputsClient.fromConnectionString(connectionString, { retryOptions: { maxTries: 1 } });
  try {
    await client.listJobs({ abortSignal }).byPage({ maxPageSize: 1 }).next();
  } catch (error) {
    if (abortSignal.aborted) throw error;
    if (hasCode(error, "StoreUnreachable", "ProxyFailed")) throw createUnreachableError(error, source);
    if (isBatchOutputsError(error) && error.hint?.action === "update-azurite") throw error;
  }
}

function createUnreachableError(cause: unknown, source: string): BatchOutputsError {
  const remove = source.startsWith("--") ? "Leave it out" : "Unset it";
  return new BatchOutputsError(
    "StoreUnreachable",
    `The storage account of ${source} does not answer. ${remove} to start Azurite.`,
    { cause },
  );
}
