import { argumentTypeError, type OperationOptions } from "../../../core/index.js";
import { jobOutputContainerPrefix } from "../../../conventions/index.js";
import {
  type GetOutputUrlOptions,
  JobOutputStorage,
  type JobOutputStorageItem,
  type ListJobsOptions,
  type OutputFileReference,
} from "../../../outputs/index.js";
import type { CheckedViewerOptions } from "./options.js";
import { createNotFoundError, ViewerError } from "../http/viewer-error.js";

/** The store that a viewer shows. Containers and blobs are accessed only by name through it. */
export interface ViewerStore {
  /** Its address, without any SAS. */
  readonly url: string;
  /** The only job, if the credential is for one container. */
  readonly only: JobOutputStorageItem | undefined;
  /** Throws a `ViewerError` for any container that is not a job's. */
  getJob(container: string): JobOutputStorage;
  listJobs(options: ListJobsOptions): AsyncIterable<readonly JobOutputStorageItem[]>;
  /** Whether its credential can sign a link. */
  readonly canSign: boolean;
  sign(output: OutputFileReference, options: GetOutputUrlOptions): Promise<string>;
  /** Whether its credential can delete containers: the SAS of a container cannot. */
  readonly canDeleteJobs: boolean;
  /** Deletes the container of a job with all outputs of the job and its tasks. */
  deleteJob(jobId: string, options: OperationOptions): Promise<void>;
}

/** Opens the store of the options. */
export function openStore({ client, storage }: CheckedViewerOptions): ViewerStore {
  if (client) {
    return {
      url: client.toJSON().url,
      only: undefined,
      getJob: (container) => {
        if (!isJobContainer(container)) throw createNoSuchJobError(container);
        const opened = client.storeAccount.getContainer(container);
        return new JobOutputStorage(opened.url, { opened });
      },
      listJobs: (options) => client.listJobs(options).byPage(),
      canSign: client.canSign,
      sign: (output, options) => client.getOutputUrl(output, options),
      canDeleteJobs: true,
      deleteJob: async (jobId, options) => {
        await client.deleteOutputStorage(jobId, options);
      },
    };
  }
  if (!storage) throw argumentTypeError("options", "must have either client or storage");
  const { origin, pathname } = new URL(storage.storeContainer.url);
  const containerName = decodeURIComponent(pathname.split("/").filter(Boolean).at(-1) ?? "");
  const only: JobOutputStorageItem = {
    ...(storage.jobId === undefined ? {} : { jobId: storage.jobId }),
    containerName,
    lastModified: new Date(0),
    storage,
  };
  return {
    url: origin + pathname,
    only,
    getJob: (container) => {
      if (container !== containerName) throw createNoSuchJobError(container);
      return storage;
    },
    listJobs: async function* (options) {
      yield [{ ...only, lastModified: await findNewestChange(storage, options) }];
    },
    canSign: false,
    sign: async () => {
      throw new ViewerError(403, "CannotSign", "The viewer's credential is a SAS: it cannot sign links.");
    },
    canDeleteJobs: false,
    deleteJob: async () => {
      throw new ViewerError(
        403,
        "PermissionMissing",
        "The viewer's credential is for one container, and cannot delete it.",
      );
    },
  };
}

/** The output in a blob. Throws a `ViewerError` if the blob is not an output. */
export function getOutputOfBlob(
  store: ViewerStore,
  container: string,
  blobName: string,
): OutputFileReference {
  const output = store.getJob(container).getOutputByBlobName(blobName);
  if (!output) throw createNotFoundError(`No saved output has the blob name "${blobName}".`);
  return output;
}

/**
 * Returns the newest date of the first outputs, because the SAS of a container does not permit reading the container's
 * own date.
 */
async function findNewestChange(storage: JobOutputStorage, options: ListJobsOptions): Promise<Date> {
  for await (const page of storage.listAllOutputs(options).byPage({ maxPageSize: 1000 })) {
    const times = page.map(({ lastModified }) => lastModified?.getTime() ?? 0);
    return new Date(times.reduce((newest, time) => Math.max(newest, time), 0));
  }
  return new Date(0);
}

/** Whether the name has the form of `jobOutputContainerName`, unlike other containers of the account. */
function isJobContainer(name: string): boolean {
  return (
    name.startsWith(jobOutputContainerPrefix) && name.length <= 63 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)
  );
}

function createNoSuchJobError(container: string): Error {
  return createNotFoundError(`"${container}" is not a container of a job's outputs that this viewer shows.`);
}
