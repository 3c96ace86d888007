import { type OperationOptions, requireObject, requireString } from "../../core/index.js";
import { BlobListing, isFolderMarker, type ListedBlob } from "../../storage/index.js";
import { BlobNameParser } from "./blob-name-parser.js";
import { findLogs, type ListedLog } from "./find-logs.js";
import { OutputFileReference } from "../reference/output-file-reference.js";
import { formatKindPrefix, type OutputScope } from "../scope/output-scope.js";
import { createStoreCall, type OperationName } from "../scope/store-call.js";
import { formatVersion } from "../reference/output-version.js";
import { createPagedOutputs, type PagedOutputs } from "../paging/paged-outputs.js";
import { perform } from "../scope/perform.js";

/** Options of `listOutputs`. */
export interface ListOutputsOptions extends OperationOptions {
  /** Only outputs whose path begins with this. */
  pathPrefix?: string | undefined;
}

/**
 * Lists the outputs of one kind, or of all kinds, ordered by blob name. Makes one request for each page of 5,000, when
 * the page is read, and none for the single outputs.
 */
export function listOutputs(
  scope: OutputScope,
  kind: string | undefined,
  options: ListOutputsOptions,
): PagedOutputs<OutputFileReference> {
  requireObject(options, "options");
  if (options.pathPrefix !== undefined) requireString(options.pathPrefix, "options.pathPrefix");
  const own = scope.taskId === undefined ? "$" : `${scope.taskId}/$`;
  const prefix = kind === undefined ? own : `${formatKindPrefix(scope, kind)}/${options.pathPrefix ?? ""}`;
  return listByPrefix("OutputStorage.listOutputs", scope, prefix, options, kind);
}

/** Lists the outputs of a job and of all its tasks together. */
export function listAllOutputs(
  scope: OutputScope,
  options: OperationOptions,
): PagedOutputs<OutputFileReference> {
  requireObject(options, "options");
  const jobScope = { ...scope, taskId: undefined };
  return listByPrefix("JobOutputStorage.listAllOutputs", jobScope, "", options, undefined);
}

function listByPrefix(
  operation: OperationName,
  scope: OutputScope,
  prefix: string,
  options: ListOutputsOptions,
  kind: string | undefined,
): PagedOutputs<OutputFileReference> {
  const call = createStoreCall(operation, { scope, kind });
  const { pathPrefix = "" } = options;
  const listing = new BlobListing(scope.container, prefix);
  const addresses = new BlobNameParser(scope);
  return createPagedOutputs(options, (start, request) =>
    perform(call, request, async (updated) => {
      const page = await listing.readPage(start, updated);
      const logs = await findLogs(scope, page.described, updated);
      const items = createReferences(page.items, addresses, logs, pathPrefix);
      return { items, continuationToken: page.continuationToken };
    }),
  );
}

/**
 * Creates the references of a page while they are read. Skips blobs that do not follow the convention, that represent a
 * folder, or that continue a log.
 */
function* createReferences(
  blobs: Iterable<ListedBlob>,
  addresses: BlobNameParser,
  logs: ReadonlyMap<string, ListedLog>,
  pathPrefix: string,
): Generator<OutputFileReference, undefined> {
  for (const blob of blobs) {
    const output = addresses.parse(blob.name);
    if (output?.path.startsWith(pathPrefix) !== true || isFolderMarker(blob)) continue;
    const known = logs.get(blob.name);
    if (known === "continuation") continue;
    const { accessTier, blobType, createdOn, contentType, contentMD5 } = blob;
    const summary = known !== undefined && "size" in known ? known : undefined;
    const etag = summary?.etag ?? blob.etag;
    yield OutputFileReference.create(output, {
      size: summary?.size ?? blob.sizeBytes,
      lastModified: summary?.lastModified ?? blob.lastModified,
      contentType,
      contentMD5,
      etag,
      accessTier,
      log: known?.log,
      version: formatVersion({ etag, blobType, createdOn, log: known?.log }),
    });
  }
  return undefined;
}
