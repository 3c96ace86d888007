import type { DownloadedBlob } from "./blob-parts.js";
import { downloadBlob, type DownloadOptions } from "./download.js";
import type { BlobHandle } from "../blob-handle.js";

/**
 * Called with each blob that was read, in order. Returns the blob that continues it, according to its metadata; `undefined` at the
 * end.
 */
export type PartFinder = (part: DownloadedBlob) => BlobHandle | undefined;

/** Options for reading content that may be stored in several blobs. */
export interface DownloadInPartsOptions extends DownloadOptions {
  /** Called at each start from the first blob: a download that did not succeed may start again. */
  readonly createPartFinder?: (() => PartFinder) | undefined;
}

/** Reads a blob, and those that continue it, in order, as if they were one; see {@link downloadBlob}. */
export async function downloadInParts(
  client: BlobHandle,
  write: (bytes: Uint8Array) => Promise<void> | void,
  options: DownloadInPartsOptions,
): Promise<void> {
  const { createPartFinder, onProgress, ...rest } = options;
  const findNext = createPartFinder?.();
  let part = await downloadBlob(client, write, { ...rest, onProgress });
  for (let loaded = part.sizeBytes; ; loaded += part.sizeBytes) {
    const next = findNext?.(part);
    if (next === undefined) return;
    const before = loaded;
    part = await downloadBlob(next, write, {
      ...rest,
      expectedBytes: undefined,
      expectedETag: undefined,
      onProgress: ({ loadedBytes }) => onProgress?.({ loadedBytes: before + loadedBytes }),
    });
  }
}
