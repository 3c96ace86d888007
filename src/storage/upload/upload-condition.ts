import { createHash } from "node:crypto";
import type { BlobRequestConditions } from "@azure/storage-blob";
import { type OperationOptions, requestOptions, throwIfAborted } from "../../core/index.js";
import type { BlockBlobWriter } from "../blob-handle.js";
import { isBlobMissing, serviceErrorCode } from "../errors/service-error.js";
import type { SourceFile } from "./source-file.js";

/** What stands under a name before it is written. */
export interface FormerBlob {
  readonly etag: string | undefined;
  readonly sizeBytes: number;
  readonly contentMD5: Uint8Array | undefined;
  readonly lastModified: Date | undefined;
  readonly contentType: string | undefined;
}

/** What stands under the name now, or `undefined` for nothing; a missing container is an error. */
export async function readFormerBlob(
  client: Pick<BlockBlobWriter, "getProperties">,
  options: OperationOptions,
): Promise<FormerBlob | undefined> {
  try {
    const found = await client.getProperties(requestOptions(options));
    return {
      etag: found.etag,
      sizeBytes: found.contentLength ?? 0,
      contentMD5: found.contentMD5,
      lastModified: found.lastModified,
      contentType: found.contentType,
    };
  } catch (error) {
    if (isBlobMissing(error)) return undefined;
    throw error;
  }
}

/** The condition under which a new blob may be written: over exactly what was seen, or over nothing. */
export function onlyOver(former: FormerBlob | undefined): BlobRequestConditions {
  return former?.etag === undefined ? { ifNoneMatch: "*" } : { ifMatch: former.etag };
}

/**
 * Whether the service refused a write because something else stands under the name than its condition says. By its code: a
 * lease, a policy, a container that is being deleted and another type of blob refuse a write with 409 and 412 as well.
 */
export function isConditionFailure(error: unknown): boolean {
  const code = serviceErrorCode(error);
  return code === "BlobAlreadyExists" || code === "ConditionNotMet";
}

/** Whether stored content and digest are the same; never true for a blob without a digest. */
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

const digestBufferBytes = 1024 * 1024;

/** The MD5 of an open file, read in flat memory. */
export async function computeFileMD5(source: SourceFile, options: OperationOptions): Promise<Uint8Array> {
  const hash = createHash("md5");
  const reader = source.reader();
  const buffer = Buffer.allocUnsafeSlow(Math.min(digestBufferBytes, source.sizeBytes + 1));
  for (;;) {
    throwIfAborted(options.abortSignal);
    const filled = await reader.fill(buffer);
    hash.update(buffer.subarray(0, filled));
    if (filled < buffer.length) return hash.digest();
  }
}
