import { type OperationOptions, pickRequestOptions, requireObject } from "../../core/index.js";
import { jobOutputContainerPrefix } from "../../conventions/index.js";
import { createPageSettings, parseContinuationToken, type StoreAccount } from "../../storage/index.js";
import { readJobId } from "./job-container.js";
import { JobOutputStorage } from "../storages/job-output-storage.js";
import { createPagedOutputs, type PagedOutputs } from "../paging/paged-outputs.js";
import { perform } from "../scope/perform.js";
import { createListJobsCall } from "../scope/store-call.js";

/** Options of `listJobs`. */
export type ListJobsOptions = OperationOptions;

/** A job that has an output container. */
export interface JobOutputStorageItem {
  /**
   * The job's own id if the container's metadata contains it; otherwise the id in the container's name, in lower case.
   * Undefined for a hashed name of a container that another program created.
   */
  readonly jobId?: string;
  /** The name of the job's container. */
  readonly containerName: string;
  /** When the container itself was last changed; saving outputs does not change it. */
  readonly lastModified: Date;
  /** The job's outputs. */
  readonly storage: JobOutputStorage;
}

/** Lists the containers of jobs, in the order of their names. */
export function listJobs(
  account: StoreAccount,
  options: ListJobsOptions,
): PagedOutputs<JobOutputStorageItem> {
  requireObject(options, "options");
  const call = createListJobsCall(account);
  return createPagedOutputs(options, (start, request) =>
    perform(call, request, async (updated) => {
      const service = await account.loadClient();
      const listing = service.listContainers({
        prefix: jobOutputContainerPrefix,
        includeMetadata: true,
        ...pickRequestOptions(updated),
      });
      const page = await listing.byPage(createPageSettings(start)).next();
      if (page.done === true) return { items: [], continuationToken: undefined };
      const items = page.value.containerItems.map(({ name, metadata, properties }) => {
        const jobId = readJobId(name, metadata);
        const known = jobId === undefined ? {} : { jobId };
        const container = account.getContainer(name);
        const storage = new JobOutputStorage(container.url, { ...known, opened: container });
        return { ...known, containerName: name, lastModified: properties.lastModified, storage };
      });
      return { items, continuationToken: parseContinuationToken(page.value.continuationToken) };
    }),
  );
}
