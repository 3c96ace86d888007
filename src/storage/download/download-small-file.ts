import { dirname } from "node:path";
import { createFolders, hasCode, throwIfAborted } from "../../core/index.js";
import { runFileTask, isSyncFileAccessFast, maxSmallFileBytes } from "../worker/small-files.js";
import { BufferPool } from "../memory/buffer-pool.js";
import { readDownloadedBlob } from "./blob-parts.js";
import type { DownloadInPartsOptions } from "./download-in-parts.js";
import type { BlobHandle } from "../blob-handle.js";
import { type ReadRange, readRange } from "./read-range.js";
import { createNoFileError } from "./require-file-place.js";
import { createPartialName } from "./partial-name.js";
import { requireListedLength } from "./require-listed-length.js";
import { requireDigest } from "./require-digest.js";
import { isSharingViolation } from "./sharing-violation.js";
import { getServiceErrorStatus } from "../errors/service-error.js";

const maxKeptBytes = 16 * 1024 * 1024;
const buffers = new BufferPool(maxKeptBytes);

/**
 * Downloads a small blob into a file with one request, all or nothing. Returns false, with nothing done, if the blob is
 * not small, is larger than the listing showed, or if Windows does not replace the file at the moment.
 */
export async function downloadSmallFile(
  source: BlobHandle,
  path: string,
  options: DownloadInPartsOptions,
): Promise<boolean> {
  const { expectedBytes = 0 } = options;
  if (expectedBytes === 0 || expectedBytes > maxSmallFileBytes || !isSyncFileAccessFast()) return false;
  throwIfAborted(options.abortSignal);
  const buffer = buffers.take(expectedBytes);
  try {
    const found = await readUnlessEmpty(source, buffer.bytes, options);
    if (found === undefined) return false;
    const { answer, bytes } = found;
    const blob = readDownloadedBlob(answer);
    requireListedLength({ ...blob, blobType: answer.blobType }, options);
    if (bytes.length < blob.sizeBytes || options.createPartFinder?.()(blob) !== undefined) return false;
    options.onStart?.(blob);
    const written = await writeFile(path, bytes, blob.contentMD5);
    if (written === "in use") return false;
    if (written === "not a file") throw createNoFileError(path);
    requireDigest(written, bytes.length, blob);
    buffer.release();
    options.onProgress?.({ loadedBytes: bytes.length, totalBytes: bytes.length });
    return true;
  } finally {
    buffer.discard();
  }
}

async function writeFile(
  path: string,
  bytes: Uint8Array,
  md5: Uint8Array | undefined,
): Promise<Uint8Array | "not a file" | "in use"> {
  const write = async () => await runFileTask("writeSmallFile", createPartialName(path), path, bytes, md5);
  try {
    return await write().catch(async (error: unknown) => {
      if (!hasCode(error, "ENOENT")) throw error;
      await createFolders(dirname(path));
      return await write();
    });
  } catch (error) {
    // The general way tries again, for some time, and reports the error.
    if (isSharingViolation(error)) return "in use";
    throw error;
  }
}

/** Reads the blob. Returns `undefined` if it is empty now: the service then refuses a range request. */
async function readUnlessEmpty(
  source: BlobHandle,
  target: Uint8Array,
  options: DownloadInPartsOptions,
): Promise<ReadRange | undefined> {
  try {
    return await readRange(source, 0, target, options);
  } catch (error) {
    if (getServiceErrorStatus(error) === 416) return undefined;
    throw error;
  }
}
