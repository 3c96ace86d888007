import { isBatchOutputsError, nameFile } from "../../core/index.js";
import type { BlobHandle } from "../blob-handle.js";
import { claimAbandonedPartial } from "./abandoned-partials.js";
import type { DownloadedBlob } from "./blob-parts.js";
import { downloadInParts, type DownloadInPartsOptions } from "./download-in-parts.js";
import { downloadSmallFile } from "./download-small-file.js";
import { PartialFile } from "./partial-file.js";
import { createPartialName, formatVersion } from "./partial-name.js";
import { requireFilePlace } from "./require-file-place.js";

/**
 * Downloads a blob into a file, all or nothing: into a partial file beside it, which is renamed to the file when every
 * byte is there, the digest matches, and the system has written both to the disk. Until then, and after any error, the
 * existing file is unchanged. Missing folders are created.
 *
 * A partial file that a killed download left is resumed if the blob has a digest and is the same version, and removed
 * otherwise. Concurrent downloads of one file have separate partial files: the last one to finish wins.
 *
 * @throws RangeError naming `path` for a pipe, socket or device, which is not changed.
 */
export async function downloadToFile(
  source: BlobHandle,
  path: string,
  options: DownloadInPartsOptions,
): Promise<void> {
  try {
    await downloadWhole(source, path, options);
  } catch (error) {
    throw nameFile(error, path);
  }
}

async function downloadWhole(
  source: BlobHandle,
  path: string,
  options: DownloadInPartsOptions,
): Promise<void> {
  if (await downloadSmallFile(source, path, options)) return;
  await requireFilePlace(path);
  const resumed = { bytes: 0 };
  try {
    await downloadLargeFile(source, path, options, resumed);
  } catch (error) {
    // After a loss of power, the file may contain other bytes than were written.
    if (resumed.bytes === 0 || !isBatchOutputsError(error) || error.code !== "DigestMismatch") throw error;
    await downloadLargeFile(source, path, options);
  }
}

async function downloadLargeFile(
  source: BlobHandle,
  path: string,
  options: DownloadInPartsOptions,
  resumed?: { bytes: number },
): Promise<void> {
  let file: PartialFile | undefined;
  try {
    await downloadInParts(source, (bytes) => file?.write(bytes), {
      ...options,
      async resume(blob, onBytes) {
        // The later parts of a log are appended to its first one.
        if (file !== undefined) return 0;
        file = await openPartialFile(source, path, blob);
        if (resumed !== undefined) return (resumed.bytes = await file.readExisting(blob.sizeBytes, onBytes));
        await file.clear();
        return 0;
      },
    });
    await file?.moveTo(path);
  } finally {
    await file?.[Symbol.asyncDispose]();
  }
}

async function openPartialFile(source: BlobHandle, path: string, blob: DownloadedBlob): Promise<PartialFile> {
  const { contentMD5, etag } = blob;
  const canResume = contentMD5 !== undefined && etag !== undefined;
  const version = canResume ? formatVersion(getAddress(source), etag) : undefined;
  const claimed = await claimAbandonedPartial(path, version);
  return claimed === undefined
    ? await PartialFile.create(createPartialName(path, version))
    : await PartialFile.openClaimed(claimed);
}

/** Returns the blob's URL without a SAS, because the next run may have another SAS. */
function getAddress({ container, name }: BlobHandle): string {
  const url = new URL(container.url);
  return `${url.origin}${url.pathname}/${name}`;
}
