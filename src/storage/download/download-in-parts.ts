import { downloadBlob, type DownloadedBlob, type DownloadOptions } from "./download.js";
import type { BlobHandle } from "../blob-handle.js";

/** How content that may be kept in several blobs is to be read. */
export interface DownloadInPartsOptions extends DownloadOptions {
  /** The blob that holds what follows this one, as this one says; `undefined` at the end, which is usual. */
  readonly partAfter?: ((part: DownloadedBlob) => BlobHandle | undefined) | undefined;
}

/** Reads a blob, and those that continue it, one after the other, as if they were one; see {@link downloadBlob}. */
export async function downloadInParts(
  client: BlobHandle,
  write: (bytes: Uint8Array) => Promise<void> | void,
  options: DownloadInPartsOptions,
): Promise<void> {
  const { partAfter, onProgress, ...rest } = options;
  let part = await downloadBlob(client, write, { ...rest, onProgress });
  for (let loaded = part.sizeBytes; ; loaded += part.sizeBytes) {
    const next = partAfter?.(part);
    if (next === undefined) return;
    const before = loaded;
    part = await downloadBlob(next, write, {
      ...rest,
      expectedBytes: undefined,
      onProgress: ({ loadedBytes }) => onProgress?.({ loadedBytes: before + loadedBytes }),
    });
  }
}
