import { BatchOutputsError, hasCode, isBatchOutputsError } from "../../core/index.js";
import { BatchOutputsClient } from "../../outputs/index.js";

/**
 * Sends one request to the given storage account, so that no task is started whose outputs cannot be saved.
 *
 * @param source - The flag or the environment variable that contains the connection string.
 * @throws BatchOutputsError if nothing answers, if the certificate of what answers is not trusted, or if it is an Azurite that refuses this program's version of the API.
 * Other refusals are ignored, because a SAS may permit the requests of tasks but not this one.
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
    if (hasCode(error, "CertificateNotTrusted")) throw error;
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
