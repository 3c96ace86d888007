import type { OperationOptions } from "../../core/index.js";
import { type BlobState, getServiceErrorStatus, isWrongBlobType } from "../../storage/index.js";
import type { LogBlobs } from "../log/log-target.js";
import { createOtherTypeError } from "../log/log-errors.js";

/**
 * Creates the first blob of a log, also in place of one of another type. Returns its version.
 *
 * @param over - What is there, if it may be replaced.
 */
export async function createLogBlob(
  blobs: LogBlobs,
  blobName: string,
  over: BlobState | "nothing",
  content: { readonly metadata: Record<string, string>; readonly contentType: string },
  options: OperationOptions,
): Promise<string> {
  try {
    return await blobs.create(blobName, over, content, options);
  } catch (error) {
    if (!isWrongBlobType(error) || over === "nothing") throw error;
    await removeOtherType(blobs, blobName, over, options);
    return await blobs.create(blobName, "nothing", content, options);
  }
}

/**
 * The service does not change the type of a blob, so it must be deleted first. It has been kept before, unless it is
 * to be replaced.
 */
async function removeOtherType(
  blobs: LogBlobs,
  blobName: string,
  blob: BlobState,
  options: OperationOptions,
): Promise<void> {
  try {
    await blobs.delete(blobName, blob.etag, options);
  } catch (error) {
    if (getServiceErrorStatus(error) !== 403) throw error;
    throw createOtherTypeError(blobName, blob.type, error);
  }
}
