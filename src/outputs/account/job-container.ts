import type { ContainerClient } from "@azure/storage-blob";
import { BatchOutputsError, type OperationOptions, requestOptions } from "../../core/index.js";
import { jobIdFromContainerName, jobOutputContainerName } from "../../conventions/index.js";
import { readContainerName, type ServiceCall, serviceErrorCode } from "../../storage/index.js";
import { perform } from "../scope/perform.js";

/** The container's metadata entry that keeps the job's own id, which the container's name may not tell. */
const jobIdEntry = "batchjobid";

/**
 * Makes the job's container, private, if it is missing; safe when many call it at once. The job's own id is kept in the
 * container's metadata, from the first moment where this makes it.
 *
 * @throws BatchOutputsError `ContainerOfAnotherJob` when the container is kept for a job with another id.
 */
export async function prepareContainer(
  container: ContainerClient,
  jobId: string,
  options: OperationOptions,
): Promise<"created" | "existed"> {
  try {
    await container.create({ ...requestOptions(options), metadata: { [jobIdEntry]: jobId } });
    return "created";
  } catch (error) {
    if (serviceErrorCode(error) !== "ContainerAlreadyExists") throw error;
  }
  const owner = await ownerOf(container, options);
  if (owner === undefined) await claim(container, jobId, options);
  else requireSameJob(container, owner, jobId);
  return "existed";
}

/** Deletes the job's container and all that is in it. False when there was none. */
export async function deleteContainer(
  container: ContainerClient,
  jobId: string,
  options: OperationOptions,
): Promise<boolean> {
  try {
    const owner = await ownerOf(container, options);
    if (owner !== undefined) requireSameJob(container, owner, jobId);
    await container.delete(requestOptions(options));
    return true;
  } catch (error) {
    const code = serviceErrorCode(error);
    if (code === "ContainerNotFound" || code === "ContainerBeingDeleted") return false;
    throw error;
  }
}

/** The job that a container is for: as its metadata says, else as its name does. */
export function jobOfContainer(
  containerName: string,
  metadata: Record<string, string> | undefined,
): string | undefined {
  return recordedJob(containerName, metadata) ?? jobIdFromContainerName(containerName);
}

/** The job that a container is for, as far as it says so itself. */
export async function jobIdIn(
  container: ContainerClient,
  options: OperationOptions,
): Promise<string | undefined> {
  const call: ServiceCall = {
    doing: `asking which job container "${readContainerName(container)}" is for`,
    permissions: ["r"],
    url: container.url,
    context: { containerName: readContainerName(container) },
  };
  return await perform("JobOutputStorage.jobIdIn", options, call, async (updated) => {
    const { metadata } = await container.getProperties(requestOptions(updated));
    return jobOfContainer(readContainerName(container), metadata);
  });
}

/** What the metadata says, unless somebody wrote there what cannot be. */
function recordedJob(
  containerName: string,
  metadata: Record<string, string> | undefined,
): string | undefined {
  const jobId = metadata?.[jobIdEntry];
  if (jobId === undefined || !/^[A-Za-z0-9_:-]+$/.test(jobId)) return undefined;
  return jobOutputContainerName(jobId) === containerName ? jobId : undefined;
}

async function ownerOf(container: ContainerClient, options: OperationOptions): Promise<string | undefined> {
  const { metadata } = await container.getProperties(requestOptions(options));
  return recordedJob(readContainerName(container), metadata);
}

/**
 * Marks a container that another program made, .NET's library perhaps. Of two jobs that do so at once, whoever looks
 * afterwards and finds the other's mark is told. A container's metadata takes no condition, so that both can miss it if
 * one writes after the other has looked; the one whose mark is gone is then told by its next call.
 */
async function claim(container: ContainerClient, jobId: string, options: OperationOptions): Promise<void> {
  const { metadata = {} } = await container.getProperties(requestOptions(options));
  await container.setMetadata({ ...metadata, [jobIdEntry]: jobId }, requestOptions(options));
  const owner = await ownerOf(container, options);
  if (owner !== undefined) requireSameJob(container, owner, jobId);
}

/** Batch takes ids that differ by case alone for the same. */
function requireSameJob(container: ContainerClient, owner: string, jobId: string): void {
  if (owner.toLowerCase() === jobId.toLowerCase()) return;
  const containerName = readContainerName(container);
  throw new BatchOutputsError(
    "ContainerOfAnotherJob",
    `Job "${jobId}" cannot keep its outputs in container "${containerName}": it holds those of job "${owner}", whose id leads to the same container name. Give one of the two jobs another id.`,
    { jobId, containerName },
  );
}
