import type { DownloadedBlob } from "./blob-parts.js";
import { downloadBlob, type DownloadOptions } from "./download.js";
import type { BlobHandle } from "../blob-handle.js";

/** Options for reading content that may be stored in several blobs. */
export interface DownloadInPartsOptions extends DownloadOptions {
  /** Returns the blob that continues this one, according to this one's metadata; `undefined` at the end. */
  readonly partAfter?: ((part: DownloadedBlob) => BlobHandle | undefined) | undefined;
}

/** Reads a blob, and those that continue it, in order, as if they were one; see {@link downloadBlob}. */
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
