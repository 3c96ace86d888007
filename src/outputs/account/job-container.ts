import { BatchOutputsError, type OperationOptions, pickRequestOptions } from "../../core/index.js";
import { jobIdFromContainerName, jobOutputContainerName } from "../../conventions/index.js";
import { hadUnansweredTry, getServiceErrorCode, type StoreContainer } from "../../storage/index.js";
import { perform } from "../scope/perform.js";
import { createStoreCall } from "../scope/store-call.js";

/** The metadata entry of the container that contains the job's own id: not every container name contains it. */
const jobIdEntry = "batchjobid";

/**
 * Creates the job's container, private, if it is missing; safe for concurrent calls. The job's own id is recorded in
 * the container's metadata: by the same request that creates the container, or by another one if it exists.
 *
 * @throws BatchOutputsError `ContainerOfAnotherJob` if the container is for a job with another id.
 */
export async function prepareContainer(
  container: StoreContainer,
  jobId: string,
  options: OperationOptions,
): Promise<"created" | "existed"> {
  try {
    const client = await container.loadClient();
    await client.create({ ...pickRequestOptions(options), metadata: { [jobIdEntry]: jobId } });
    return "created";
  } catch (error) {
    if (getServiceErrorCode(error) !== "ContainerAlreadyExists") throw error;
  }
  const owner = await fetchRecordedJobId(container, options);
  if (owner === undefined) await recordJobId(container, jobId, options);
  else requireSameJob(container, owner, jobId);
  return "existed";
}

/** Deletes the job's container and its content. Returns false if there was none. */
export async function deleteContainer(
  container: StoreContainer,
  jobId: string,
  options: OperationOptions,
): Promise<boolean> {
  let isDeleting = false;
  try {
    const owner = await fetchRecordedJobId(container, options);
    if (owner !== undefined) requireSameJob(container, owner, jobId);
    const client = await container.loadClient();
    isDeleting = true;
    await client.delete(pickRequestOptions(options));
    return true;
  } catch (error) {
    const code = getServiceErrorCode(error);
    // If the answer to a deletion was lost, the SDK repeats the request, and the container is gone already.
    if (code === "ContainerNotFound" || code === "ContainerBeingDeleted")
      return isDeleting && hadUnansweredTry(error);
    throw error;
  }
}

/** Reads the job id of a container: from its metadata, otherwise from its name. */
export function readJobId(
  containerName: string,
  metadata: Record<string, string> | undefined,
): string | undefined {
  return readRecordedJobId(containerName, metadata) ?? jobIdFromContainerName(containerName);
}

/** Requests the job id of a container. `undefined` if neither its metadata nor its name contains it. */
export async function fetchJobId(
  container: StoreContainer,
  options: OperationOptions,
): Promise<string | undefined> {
  const scope = { container, jobId: undefined, taskId: undefined };
  return await perform(
    createStoreCall("JobOutputStorage.fetchJobId", { scope }),
    options,
    async (updated) => {
      const { metadata } = await (await container.loadClient()).getProperties(pickRequestOptions(updated));
      return readJobId(container.name, metadata);
    },
  );
}

/** The job id in the metadata; `undefined` if that job's container has another name. */
function readRecordedJobId(
  containerName: string,
  metadata: Record<string, string> | undefined,
): string | undefined {
  const jobId = metadata?.[jobIdEntry];
  if (jobId === undefined || !/^[A-Za-z0-9_:-]+$/.test(jobId)) return undefined;
  return jobOutputContainerName(jobId) === containerName ? jobId : undefined;
}

async function fetchRecordedJobId(
  container: StoreContainer,
  options: OperationOptions,
): Promise<string | undefined> {
  const { metadata } = await (await container.loadClient()).getProperties(pickRequestOptions(options));
  return readRecordedJobId(container.name, metadata);
}

/**
 * Records the job's id in a container that another program created, such as the .NET library. The id is read again after
 * the write: if another job wrote its id at the same time, the call fails. Set Container Metadata has no condition that
 * compares ETags, so both calls can succeed; then the next call for the job whose id was overwritten fails.
 */
async function recordJobId(
  container: StoreContainer,
  jobId: string,
  options: OperationOptions,
): Promise<void> {
  const client = await container.loadClient();
  const { metadata = {} } = await client.getProperties(pickRequestOptions(options));
  await client.setMetadata({ ...metadata, [jobIdEntry]: jobId }, pickRequestOptions(options));
  const owner = await fetchRecordedJobId(container, options);
  if (owner !== undefined) requireSameJob(container, owner, jobId);
}

/** Throws unless both ids are of one job: letter case does not count in Batch. */
function requireSameJob(container: StoreContainer, owner: string, jobId: string): void {
  if (owner.toLowerCase() === jobId.toLowerCase()) return;
  const containerName = container.name;
  throw new BatchOutputsError(
    "ContainerOfAnotherJob",
    `Job "${jobId}" cannot keep its outputs in container "${containerName}": it holds those of job "${owner}", whose id leads to the same container name. One of the two jobs needs another id.`,
    { jobId, containerName },
  );
}
