import { BatchOutputsError, type OperationOptions } from "../../core/index.js";
import {
  AppendBlobs,
  type BlobHandle,
  type BlobState,
  getServiceErrorStatus,
  isFolderMarker,
} from "../../storage/index.js";

/** The blobs of an output that may be a log. Throws `OutputNotFound` for a blob that represents a folder. */
export class OutputBlobs extends AppendBlobs {
  override async fetchState(name: string, options: OperationOptions): Promise<BlobState | undefined> {
    const found = await super.fetchState(name, options);
    requireNoFolder(name, found?.metadata);
    return found;
  }
}

/** Throws `OutputNotFound` if the metadata shows that the blob represents a folder, which is no output. */
export function requireNoFolder(
  blobName: string,
  metadata: Readonly<Record<string, string>> | undefined,
): void {
  if (!isFolderMarker({ name: blobName, metadata })) return;
  throw new BatchOutputsError(
    "OutputNotFound",
    "There is no such output in the store: the blob of this name represents a folder.",
    { hint: { action: "list", what: "outputs" } },
  );
}

/**
 * Requests the properties of a blob, and throws `OutputNotFound` if it represents a folder. For a request that would
 * change the blob of a folder without an error. A SAS may permit that request, and not this one: then the store decides.
 */
export async function requireNoStoredFolder(
  blob: Pick<BlobHandle, "getProperties">,
  blobName: string,
  options: OperationOptions,
): Promise<void> {
  try {
    const { metadata } = await blob.getProperties(options);
    requireNoFolder(blobName, metadata);
  } catch (error) {
    if (getServiceErrorStatus(error) !== 403) throw error;
  }
}
