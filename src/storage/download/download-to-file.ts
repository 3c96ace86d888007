import { rename, rm } from "node:fs/promises";
import { downloadInParts, type DownloadInPartsOptions } from "./download-in-parts.js";
import { downloadSmallFile } from "./download-small-file.js";
import type { BlobHandle } from "../blob-handle.js";
import { createPartialName } from "./partial-name.js";
import { PartialFile } from "./partial-file.js";

/**
 * Fetches a blob into a file, all or nothing: into a temporary file beside it, which takes the file's name when every
 * byte is there and the digest is right. Until then, and after any failure, what was there before stays. Missing
 * folders are made.
 */
export async function downloadToFile(
  client: BlobHandle,
  path: string,
  options: DownloadInPartsOptions,
): Promise<void> {
  if (await downloadSmallFile(client, path, options)) return;
  const temporary = createPartialName(path);
  let isMoved = false;
  try {
    await downloadInto(temporary, client, options);
    await rename(temporary, path);
    isMoved = true;
  } finally {
    if (!isMoved) await rm(temporary, { force: true });
  }
}

/** The file is closed before it gets its name: closing can fail, too. */
async function downloadInto(
  path: string,
  client: BlobHandle,
  options: DownloadInPartsOptions,
): Promise<void> {
  await using file = await PartialFile.create(path);
  await downloadInParts(client, (bytes) => file.write(bytes), options);
}
