import { argumentRangeError, argumentTypeError, redactUrl } from "../../core/index.js";
import type { JobOutputStorage, TaskOutputStorage } from "../../outputs/index.js";

/** Where Batch saves a task's files to, and how its node signs in there. */
export interface OutputFileDestination {
  /**
   * The task's output storage, or the job's. Its container's URL is handed to Batch with the SAS that it has; where it has
   * none (it was made with a key or a token), `identityReference` is needed.
   */
  storage?: JobOutputStorage | TaskOutputStorage | undefined;
  /**
   * In place of `storage`: the job's output container; with a SAS that grants writing (`getOutputStorageContainerUrl`),
   * unless `identityReference` is given.
   */
  containerUrl?: string | undefined;
  /** The task, where `storage` does not say it; the job's own outputs without it. */
  taskId?: string | undefined;
  /**
   * The managed identity that the node signs in with: one of its pool's. It needs a role that writes blobs, such as
   * "Storage Blob Data Contributor". A SAS in the URL is left out then.
   */
  identityReference?: { readonly resourceId: string } | undefined;
}

/** The container's URL as Batch is to get it, and the task. Throws naming what is missing or contradicts. */
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
    containerUrl: identityReference === undefined ? url : redactUrl(url),
    taskId: parseTaskId(storage, taskId),
  };
}

/** What is wrong with a SAS would show only when the task has ended, as its failure. */
function requireWritingSas(name: string, url: string): void {
  const sas = new URL(url).searchParams;
  if (!sas.has("sig")) {
    throw argumentRangeError(
      name,
      `has a container URL without a SAS, with which the node cannot sign in: give identityReference (a managed identity of the pool), or containerUrl from getOutputStorageContainerUrl`,
    );
  }
  const granted = sas.get("sp");
  if (granted !== null && !granted.includes("w"))
    throw argumentRangeError(name, `has a SAS that grants "${granted}", and Batch needs "w" to save files`);
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
