import { linkAbort, type OperationOptions, pickRequestOptions, throwIfAborted } from "../../core/index.js";
import { usualBlockBytes } from "../upload/block-plan.js";
import { BufferPool, type PooledBuffer } from "../memory/buffer-pool.js";
import { ByteBudget } from "../memory/byte-budget.js";
import type { BlobHandle } from "../blob-handle.js";
import { getServiceErrorStatus } from "../errors/service-error.js";
import { type RangeAnswer, readTotalBytes } from "../transport/index.js";
import { startMD5 } from "../worker/running-md5.js";
import { type BlobVersion, createOutputChangedError, readVersion } from "./blob-version.js";
import { createWrongLengthError, readRange as readOneRange } from "./read-range.js";
import { requireDigest } from "./require-digest.js";
import type { TransferProgress } from "../upload/upload.js";

/** Options for reading a blob. */
export interface DownloadOptions extends OperationOptions {
  /** The maximum number of concurrent range requests. */
  readonly concurrency: number;
  /** Buffers shared with other downloads; a download has its own by default. */
  readonly budget?: ByteBudget | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** The length according to a listing, so that a small blob gets a small buffer; it may be outdated. */
  readonly expectedBytes?: number | undefined;
  /** Called once, before the first bytes, when the length is known. */
  readonly onStart?: ((blob: DownloadedBlob) => void) | undefined;
  /**
   * Called after `onStart`. Returns the number of bytes at the start that exist already and need not be written. It
   * passes these bytes to `onBytes`, because they are part of the digest.
   */
  readonly resume?:
    ((blob: DownloadedBlob, onBytes: (bytes: Uint8Array) => Promise<void>) => Promise<number>) | undefined;
}

/** The properties of the blob that was read. */
export interface DownloadedBlob {
  readonly sizeBytes: number;
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
  /** The stored digest, which the bytes match; `undefined` if none is stored. */
  readonly contentMD5: Uint8Array | undefined;
  /** The stored Content-Encoding. The bytes are not decoded. */
  readonly contentEncoding: string | undefined;
  /** Names are in lower case, as in HTTP headers. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of one range, and the buffer to release. */
interface Part {
  readonly bytes: Uint8Array;
  readonly buffer: PooledBuffer;
}

/**
 * Reads a whole blob in concurrent ranges and passes the bytes to `write` in order. The bytes are overwritten after
 * `write` has returned. Before this function returns, their MD5 is compared with the stored one. It uses at most
 * `concurrency` buffers of 8 MiB.
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
  const start = await readFirstRange(
    client,
    Math.min(options.expectedBytes ?? usualBlockBytes, usualBlockBytes),
    budget,
    request,
  );

  const parts: Promise<Part>[] = [Promise.resolve(start.part)];
  using hash = startMD5(start.blob.sizeBytes);
  let position = start.part.bytes.length;
  let loadedBytes: number;
  let hashing = Promise.resolve();
  const requestNext = (): void => {
    const count = Math.min(usualBlockBytes, start.blob.sizeBytes - position);
    if (count <= 0) return;
    const part = readRange(client, start, position, count, budget, request);
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
  { bytes, buffer }: Part,
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

interface Start {
  readonly blob: DownloadedBlob;
  readonly part: Part;
  readonly version: BlobVersion | undefined;
}

/** The first range also contains length, version and digest, so that a small blob takes one request. */
async function readFirstRange(
  client: BlobHandle,
  expectedBytes: number,
  budget: ByteBudget,
  request: OperationOptions,
): Promise<Start> {
  const count = Math.max(1, expectedBytes);
  const buffer = await budget.take(count, request.abortSignal);
  try {
    const { answer, bytes } = await readOneRange(client, 0, buffer.bytes, request);
    return { blob: readDownloadedBlob(answer), part: { bytes, buffer }, version: readVersion(answer) };
  } catch (error) {
    buffer.discard();
    if (getServiceErrorStatus(error) !== 416) throw error;
    return await readEmptyBlob(client, request);
  }
}

/** The properties of the blob, from the answer to a range request. */
export function readDownloadedBlob(answer: RangeAnswer): DownloadedBlob {
  const {
    etag,
    lastModified,
    contentEncoding,
    contentRange,
    blobContentMD5,
    contentMD5,
    metadata = {},
  } = answer;
  return {
    sizeBytes: readTotalBytes(answer),
    etag,
    lastModified,
    contentMD5: blobContentMD5 ?? (contentRange === undefined ? contentMD5 : undefined),
    contentEncoding,
    metadata,
  };
}

/** Reads the properties of an empty blob, for which the service refuses range requests. */
async function readEmptyBlob(client: BlobHandle, request: OperationOptions): Promise<Start> {
  const found = await client.getProperties(pickRequestOptions(request));
  const hasGrown = found.contentLength !== 0;
  if (hasGrown && found.blobType !== "AppendBlob") throw createOutputChangedError();
  return {
    blob: {
      sizeBytes: 0,
      etag: found.etag,
      lastModified: found.lastModified,
      contentMD5: hasGrown ? undefined : found.contentMD5,
      contentEncoding: found.contentEncoding,
      metadata: found.metadata ?? {},
    },
    part: { bytes: nothing.bytes, buffer: nothing },
    version: undefined,
  };
}

const nothing = new BufferPool(0).take(0);

async function readRange(
  client: BlobHandle,
  start: Start,
  offset: number,
  count: number,
  budget: ByteBudget,
  request: OperationOptions,
): Promise<Part> {
  const buffer = await budget.take(count, request.abortSignal);
  try {
    const { bytes } = await readOneRange(client, offset, buffer.bytes, request, start.version);
    if (bytes.length !== count) throw createWrongLengthError(count, bytes.length);
    return { bytes, buffer };
  } catch (error) {
    buffer.discard();
    throw error;
  }
}

/** Creates buffers that several downloads of one call share. */
export function createDownloadBudget(): ByteBudget {
  return new ByteBudget(4 * usualBlockBytes);
}
