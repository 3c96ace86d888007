import type { BlobRequestConditions } from "@azure/storage-blob";
import { type OperationOptions, pickRequestOptions } from "../../core/index.js";
import type { BlockBlobWriter } from "../blob-handle.js";
import { isBlobMissing, getServiceErrorCode } from "../errors/service-error.js";

/** The blob that exists under a name before a write. */
export interface FormerBlob {
  readonly etag: string | undefined;
  readonly sizeBytes: number;
  readonly contentMD5: Uint8Array | undefined;
  readonly lastModified: Date | undefined;
  readonly contentType: string | undefined;
  /** With names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads the properties of the existing blob; `undefined` if there is none. A missing container is an error. */
export async function readFormerBlob(
  client: Pick<BlockBlobWriter, "getProperties">,
  options: OperationOptions,
): Promise<FormerBlob | undefined> {
  try {
    const found = await client.getProperties(pickRequestOptions(options));
    return {
      etag: found.etag,
      sizeBytes: found.contentLength ?? 0,
      contentMD5: found.contentMD5,
      lastModified: found.lastModified,
      contentType: found.contentType,
      metadata: found.metadata ?? {},
    };
  } catch (error) {
    if (isBlobMissing(error)) return undefined;
    throw error;
  }
}

/** The condition that permits a write only over exactly this version, or only if there is no blob. */
export function createOverwriteCondition(former: FormerBlob | undefined): BlobRequestConditions {
  return former?.etag === undefined ? { ifNoneMatch: "*" } : { ifMatch: former.etag };
}

/**
 * Whether the service refused a write because the blob is not the one in its condition. Decided by the error code: a
 * lease, a policy, a container that is being deleted and another type of blob are refused with 409 and 412 as well.
 */
export function isConditionFailure(error: unknown): boolean {
  const code = getServiceErrorCode(error);
  return code === "BlobAlreadyExists" || code === "ConditionNotMet";
}

/** Whether stored content and digest are the same; always false for a blob without a digest. */
export function isSameContent(
  blob: FormerBlob | undefined,
  content: { readonly sizeBytes: number; readonly contentMD5: Uint8Array },
): boolean {
  return (
    blob?.contentMD5 !== undefined &&
    blob.sizeBytes === content.sizeBytes &&
    Buffer.compare(blob.contentMD5, content.contentMD5) === 0
  );
}
