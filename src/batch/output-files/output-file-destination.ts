import { argumentRangeError, argumentTypeError, removeCredentials } from "../../core/index.js";
import type { JobOutputStorage, TaskOutputStorage } from "../../outputs/index.js";

/** The destination to which Batch saves a task's files, and the credential that the node uses. */
export interface OutputFileDestination {
  /**
   * The task's output storage, or the job's. Batch gets its container's URL with its SAS; if it has none (it was
   * created with a key or a token), `identityReference` is required.
   */
  storage?: JobOutputStorage | TaskOutputStorage | undefined;
  /**
   * Instead of `storage`: the job's output container; with a SAS that permits writing (`getOutputStorageContainerUrl`),
   * unless `identityReference` is given.
   */
  containerUrl?: string | undefined;
  /** The task, if `storage` does not contain it; without it the outputs are the job's own. */
  taskId?: string | undefined;
  /**
   * The managed identity that the node uses: one of its pool's. It needs a role that permits writing blobs, such as
   * "Storage Blob Data Contributor". A SAS in the URL is then omitted.
   */
  identityReference?: { readonly resourceId: string } | undefined;
}

/**
 * Parses the container's URL for Batch, and the task. Throws an argument error if they are missing or contradictory.
 */
export function parseDestination({
  storage,
  containerUrl,
  taskId,
  identityReference,
}: OutputFileDestination): {
  containerUrl: string;
  taskId: string | undefined;
} {
  if ((storage === undefined) === (containerUrl === undefined))
    throw argumentTypeError("storage", "must be given, or containerUrl in its place, and not both");
  const [name, url] = storage
    ? (["storage", storage.storeContainer.url] as const)
    : (["containerUrl", containerUrl] as const);
  if (typeof url !== "string" || !/^https?:\/\/./.test(url))
    throw argumentRangeError(name, `must be the URL of a container`);
  if (identityReference === undefined) requireWritingSas(name, url);
  else if (typeof identityReference.resourceId !== "string" || identityReference.resourceId === "")
    throw argumentTypeError("identityReference", "must have the resourceId of a managed identity");
  return {
    containerUrl: identityReference === undefined ? url : removeCredentials(url),
    taskId: parseTaskId(storage, taskId),
  };
}

/**
 * Checks the SAS now: otherwise Batch would report a wrong one only when the task has ended, as a failure of the task.
 */
function requireWritingSas(name: string, url: string): void {
  const sas = new URL(url).searchParams;
  if (!sas.has("sig")) {
    throw argumentRangeError(
      name,
      `must have a SAS, because the node has no other credential, or identityReference must name a managed identity of the pool`,
    );
  }
  const granted = sas.get("sp");
  if (granted !== null && !granted.includes("w"))
    throw argumentRangeError(
      name,
      `has a SAS with the permissions "${granted}", but Batch needs "w" to save files`,
    );
}

function parseTaskId(
  storage: OutputFileDestination["storage"],
  taskId: string | undefined,
): string | undefined {
  const own = storage && "taskId" in storage ? storage.taskId : undefined;
  if (own !== undefined && taskId !== undefined && own !== taskId)
    throw argumentRangeError("taskId", `is "${taskId}", but storage is of task "${own}": leave taskId out`);
  return own ?? taskId;
}
