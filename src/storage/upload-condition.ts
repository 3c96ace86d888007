import { createHash } from "node:crypto";
import type { BlobRequestConditions, BlockBlobClient } from "@azure/storage-blob";
import { usualBlockBytes } from "./block-plan.js";
import { throwIfAborted } from "./linked-abort.js";
import { type OperationOptions, requestOptions } from "./operation-options.js";
import { isBlobMissing, serviceErrorStatus } from "./service-error.js";
import type { SourceFile } from "./source-file.js";

/** What stands under a name before it is written. */
export interface FormerBlob {
  readonly etag: string | undefined;
  readonly sizeBytes: number;
  readonly contentMD5: Uint8Array | undefined;
  readonly lastModified: Date | undefined;
}

/** What stands under the name now, or `undefined` for nothing; a missing container is an error. */
export async function formerBlob(
  client: BlockBlobClient,
  options: OperationOptions,
): Promise<FormerBlob | undefined> {
  try {
    const found = await client.getProperties(requestOptions(options));
    return {
      etag: found.etag,
      sizeBytes: found.contentLength ?? 0,
      contentMD5: found.contentMD5,
      lastModified: found.lastModified,
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

/** Whether the service refused a write because of its condition. */
export function isConditionFailure(error: unknown): boolean {
  const status = serviceErrorStatus(error);
  return status === 409 || status === 412;
}

/** Whether stored content and digest are the same; never true for a blob without a digest. */
export function isSameContent(
  blob: FormerBlob | undefined,
  sizeBytes: number,
  contentMD5: Uint8Array,
): boolean {
  return (
    blob?.contentMD5 !== undefined &&
    blob.sizeBytes === sizeBytes &&
    Buffer.compare(blob.contentMD5, contentMD5) === 0
  );
}

/** The MD5 of an open file, read in flat memory. */
export async function fileMD5(source: SourceFile, options: OperationOptions): Promise<Uint8Array> {
  const hash = createHash("md5");
  const buffer = Buffer.allocUnsafeSlow(Math.min(usualBlockBytes, source.sizeBytes + 1));
  for (let position = 0; ;) {
    throwIfAborted(options.abortSignal);
    const { bytesRead } = await source.handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return hash.digest();
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}
