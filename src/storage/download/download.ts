import { linkAbort, type OperationOptions, pickRequestOptions, throwIfAborted } from "../../core/index.js";
import { usualBlockBytes } from "../upload/block-plan.js";
import { ByteBudget } from "../memory/byte-budget.js";
import type { BlobHandle } from "../blob-handle.js";
import { startMD5 } from "../worker/running-md5.js";
import { type BlobPart, type DownloadedBlob, readFirstPart, readPart } from "./blob-parts.js";
import { requireDigest } from "./require-digest.js";
import type { TransferProgress } from "../upload/upload.js";

/** Options for reading a blob. */
export interface DownloadOptions extends OperationOptions {
  /** The maximum number of concurrent range requests. */
  readonly concurrency: number;
  /** Buffers shared with other downloads; a download has its own by default. */
  readonly budget?: ByteBudget | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  /**
   * The length according to a listing, so that a small blob gets a small buffer. It may be outdated, but an append blob does not
   * become shorter.
   */
  readonly expectedBytes?: number | undefined;
  /** The ETag according to the same listing: this version has that length. */
  readonly expectedETag?: string | undefined;
  /** Called once, before the first bytes, when the length is known. */
  readonly onStart?: ((blob: DownloadedBlob) => void) | undefined;
  /**
   * Called after `onStart`. Returns the number of bytes at the start that exist already and need not be written. It
   * passes these bytes to `onBytes`, because they are part of the digest.
   */
  readonly resume?:
    ((blob: DownloadedBlob, onBytes: (bytes: Uint8Array) => Promise<void>) => Promise<number>) | undefined;
}

/**
 * Reads a whole blob in concurrent ranges and passes the bytes to `write` in order. The bytes are overwritten after
 * `write` has returned. Before this function returns, their MD5 is compared with the stored one. It uses at most
 * `concurrency` buffers of 8 MiB.
 *
 * If the store's answer contradicts the listing, `DigestMismatch` or `OutputChanged` is thrown.
 *
 * All ranges are read from one version of the blob: if it is overwritten meanwhile, `OutputChanged` is thrown. An
 * append blob may grow meanwhile; its content at the start is read.
 */
export async function downloadBlob(
  client: BlobHandle,
  write: (bytes: Uint8Array) => Promise<void> | void,
  options: DownloadOptions,
): Promise<DownloadedBlob> {
  throwIfAborted(options.abortSignal);
  using abort = linkAbort(options.abortSignal);
  const budget = options.budget ?? new ByteBudget(options.concurrency * usualBlockBytes);
  const request = { ...pickRequestOptions(options), abortSignal: abort.signal };
  const start = await readFirstPart(client, usualBlockBytes, budget, request, options);

  const parts: Promise<BlobPart>[] = [Promise.resolve(start.part)];
  using hash = startMD5(start.blob.sizeBytes);
  let position = start.part.bytes.length;
  let loadedBytes: number;
  let hashing = Promise.resolve();
  const requestNext = (): void => {
    const count = Math.min(usualBlockBytes, start.blob.sizeBytes - position);
    if (count <= 0) return;
    const part = readPart(client, start, position, count, budget, request);
    // Awaited later in order; until then a rejection must not count as unhandled.
    part.catch(() => undefined);
    parts.push(part);
    position += count;
  };
  try {
    options.onStart?.(start.blob);
    const keptBytes = (await options.resume?.(start.blob, (bytes) => hash.update(bytes))) ?? 0;
    const { bytes, buffer } = start.part;
    parts[0] = Promise.resolve({ bytes: bytes.subarray(Math.min(keptBytes, bytes.length)), buffer });
    position = Math.max(position, keptBytes);
    loadedBytes = keptBytes;
    for (let next = parts.shift(); next; next = parts.shift()) {
      while (parts.length < options.concurrency - 1 && position < start.blob.sizeBytes) requestNext();
      const part = await next;
      const before = hashing;
      // One part is hashed while the next one is written. If writing fails, nothing awaits the hash.
      hashing = hash.update(part.bytes);
      hashing.catch(() => undefined);
      await writePart(part, write, hashing);
      await before;
      loadedBytes += part.bytes.length;
      options.onProgress?.({ loadedBytes, totalBytes: start.blob.sizeBytes });
      if (parts.length === 0) requestNext();
    }
  } finally {
    if (parts.length > 0) abort.abort();
    for (const part of await Promise.allSettled(parts))
      if (part.status === "fulfilled") part.value.buffer.discard();
  }
  await hashing;
  requireDigest(await hash.digest(), loadedBytes, start.blob);
  return start.blob;
}

/** Writes a part; its buffer is released when the hash is done, too. */
async function writePart(
  { bytes, buffer }: BlobPart,
  write: (bytes: Uint8Array) => Promise<void> | void,
  hashed: Promise<void>,
): Promise<void> {
  try {
    await write(bytes);
  } catch (error) {
    buffer.discard();
    throw error;
  }
  hashed.then(buffer.release, buffer.discard);
}

/** Creates buffers that several downloads of one call share. */
export function createDownloadBudget(): ByteBudget {
  return new ByteBudget(4 * usualBlockBytes);
}
