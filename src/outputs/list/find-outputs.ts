import type { BlobServiceClient, ContainerClient, FilterBlobSegment } from "@azure/storage-blob";
import {
  argumentRangeError,
  type OperationOptions,
  pickRequestOptions,
  requireObject,
} from "../../core/index.js";
import {
  jobIdFromContainerName,
  jobOutputContainerPrefix,
  parseOutputBlobName,
} from "../../conventions/index.js";
import {
  createPageSettings,
  isFolderMarker,
  parseContinuationToken,
  type StoreAccount,
} from "../../storage/index.js";
import { requireTags } from "../options/content-options.js";
import { createPagedOutputs, type PagedOutputs } from "../paging/paged-outputs.js";
import { OutputFileReference } from "../reference/output-file-reference.js";
import type { OutputScope } from "../scope/output-scope.js";
import { perform, type PerformedCall } from "../scope/perform.js";
import { createFindOutputsCall, createStoreCall } from "../scope/store-call.js";

/** Options of `findOutputs`. */
export type FindOutputsOptions = OperationOptions;

/** Finds the outputs of one job and its tasks that have all of the index tags. */
export function findJobOutputs(
  scope: OutputScope,
  tags: Record<string, string>,
  options: FindOutputsOptions,
): PagedOutputs<OutputFileReference> {
  const call = createStoreCall("JobOutputStorage.findOutputs", { scope: { ...scope, taskId: undefined } });
  return findByTags(
    () => scope.container.loadClient(),
    tags,
    options,
    call,
    (containerName) => (containerName === scope.container.name ? scope : undefined),
  );
}

/** Finds the outputs of all jobs of an account that have all of the index tags. */
export function findAccountOutputs(
  account: StoreAccount,
  tags: Record<string, string>,
  options: FindOutputsOptions,
): PagedOutputs<OutputFileReference> {
  const scopes = new Map<string, OutputScope>();
  return findByTags(
    () => account.loadClient(),
    tags,
    options,
    createFindOutputsCall(account),
    (containerName) => {
      if (!containerName.startsWith(jobOutputContainerPrefix)) return undefined;
      const known = scopes.get(containerName);
      if (known !== undefined) return known;
      const jobId = jobIdFromContainerName(containerName);
      const scope: OutputScope = { container: account.getContainer(containerName), jobId, taskId: undefined };
      scopes.set(containerName, scope);
      return scope;
    },
  );
}

/** Both clients have `findBlobsByTags`: the service's searches all containers, the container's only itself. */
type Finder = BlobServiceClient | ContainerClient;

function findByTags(
  loadFinder: () => Promise<Finder>,
  tags: Record<string, string>,
  options: FindOutputsOptions,
  call: PerformedCall,
  findScope: (containerName: string) => OutputScope | undefined,
): PagedOutputs<OutputFileReference> {
  requireObject(options, "options");
  const query = formatQuery(tags);
  return createPagedOutputs(options, (start, request) =>
    perform(call, request, async (updated) => {
      const finder = await loadFinder();
      const pages = finder
        .findBlobsByTags(query, pickRequestOptions(updated))
        .byPage(createPageSettings(start));
      const page = await pages.next();
      if (page.done === true) return { items: [], continuationToken: undefined };
      const { blobs, continuationToken } = page.value as FilterBlobSegment & { continuationToken?: string };
      const items = blobs.flatMap(({ name, containerName }) => {
        const scope = findScope(containerName);
        const address = scope && parseOutputBlobName(name);
        // A search gives no metadata: only its name can show that a blob represents a folder.
        if (scope === undefined || address === undefined || isFolderMarker({ name })) return [];
        const { taskId, kind, path } = address;
        return [OutputFileReference.create({ scope: { ...scope, taskId }, kind, path, blobName: name })];
      });
      return { items, continuationToken: parseContinuationToken(continuationToken) };
    }),
  );
}

/** "Find Blobs by Tags", Constructing a search expression. Names and values of tags cannot contain quotes. */
function formatQuery(tags: Record<string, string>): string {
  requireTags(tags, "tags");
  const conditions = Object.entries(tags).map(([name, value]) => `"${name}"='${value}'`);
  if (conditions.length === 0) throw argumentRangeError("tags", "must have a tag");
  return conditions.join(" AND ");
}
