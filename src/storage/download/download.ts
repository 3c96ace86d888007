import {
  BatchOutputsError,
  linkAbort,
  type OperationOptions,
  requestOptions,
  throwIfAborted,
} from "../../core/index.js";
import { usualBlockBytes } from "../upload/block-plan.js";
import { BufferPool, type PooledBuffer } from "../memory/buffer-pool.js";
import { ByteBudget } from "../memory/byte-budget.js";
import type { BlobHandle } from "../blob-handle.js";
import { serviceErrorStatus } from "../errors/service-error.js";
import { type RangeAnswer, readTotalBytes } from "../transport/index.js";
import { startMD5 } from "../worker/running-md5.js";
import { type BlobVersion, createOutputChangedError, readVersion } from "./blob-version.js";
import { createWrongLengthError, readRange as readOneRange } from "./read-range.js";
import type { TransferProgress } from "../upload/upload.js";

/** How a blob is to be read. */
export interface DownloadOptions extends OperationOptions {
  /** Ranges under way at a time. */
  readonly concurrency: number;
  /** Buffers shared with other downloads; a download has its own otherwise. */
  readonly budget?: ByteBudget | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** The length as a listing told it, so that a small blob takes a small buffer; it may be wrong. */
  readonly expectedBytes?: number | undefined;
  /** Called once, before the first bytes, when the length is known. */
  readonly onStart?: ((blob: DownloadedBlob) => void) | undefined;
  /**
   * Called after `onStart`: gives how many of the first bytes are there already, which are then not written, and hands
   * them in, since they are part of the digest.
   */
  readonly resume?:
    ((blob: DownloadedBlob, onBytes: (bytes: Uint8Array) => Promise<void>) => Promise<number>) | undefined;
}

/** What was read. */
export interface DownloadedBlob {
  readonly sizeBytes: number;
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
  /** The digest that was stored with the blob; what was read has it. `undefined` when none is stored. */
  readonly contentMD5: Uint8Array | undefined;
  /** Names are in lower case, as HTTP gives them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes that one range gave, and the buffer that has to be given back. */
interface Part {
  readonly bytes: Uint8Array;
  readonly buffer: PooledBuffer;
}

/**
 * Reads a whole blob in ranges, several at a time, and hands the bytes to `write` in order: they are overwritten when it is
 * done with them. Their MD5 is compared with the one that is stored before this returns. Buffers of `concurrency` ranges of
 * 8 MiB are held at most.
 *
 * Every range comes from one version of the blob: an overwritten one is `OutputChanged`. An append blob may grow
 * meanwhile; what it held at the start is read.
 */
export async function downloadBlob(
  client: BlobHandle,
  write: (bytes: Uint8Array) => Promise<void> | void,
  options: DownloadOptions,
): Promise<DownloadedBlob> {
  throwIfAborted(options.abortSignal);
  using abort = linkAbort(options.abortSignal);
  const budget = options.budget ?? new ByteBudget(options.concurrency * usualBlockBytes);
  const request = { ...requestOptions(options), abortSignal: abort.signal };
  const start = await firstRange(
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
    // It is awaited in its turn; until then its failure is nobody's.
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
      // One part is hashed while the next one is written, which then waits for it. Should the writing fail, nobody does.
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

/** Writes a part; its buffer is free when it is hashed, too. */
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

/** The first range also tells length, version and digest: a small blob takes this one request. */
async function firstRange(
  client: BlobHandle,
  expectedBytes: number,
  budget: ByteBudget,
  request: OperationOptions,
): Promise<Start> {
  const count = Math.max(1, expectedBytes);
  const buffer = await budget.take(count, request.abortSignal);
  try {
    const { answer, bytes } = await readOneRange(client, 0, buffer.bytes, request);
    return { blob: downloadedBlob(answer), part: { bytes, buffer }, version: readVersion(answer) };
  } catch (error) {
    buffer.discard();
    if (serviceErrorStatus(error) !== 416) throw error;
    return await emptyBlob(client, request);
  }
}

/** What an answer to a request for a range says of the whole blob. */
export function downloadedBlob(answer: RangeAnswer): DownloadedBlob {
  const { etag, lastModified, contentRange, blobContentMD5, contentMD5, metadata = {} } = answer;
  return {
    sizeBytes: readTotalBytes(answer),
    etag,
    lastModified,
    contentMD5: blobContentMD5 ?? (contentRange === undefined ? contentMD5 : undefined),
    metadata,
  };
}

/** The service has no range of an empty blob to give. */
async function emptyBlob(client: BlobHandle, request: OperationOptions): Promise<Start> {
  const found = await client.getProperties(requestOptions(request));
  const hasGrown = found.contentLength !== 0;
  if (hasGrown && found.blobType !== "AppendBlob") throw createOutputChangedError();
  return {
    blob: {
      sizeBytes: 0,
      etag: found.etag,
      lastModified: found.lastModified,
      contentMD5: hasGrown ? undefined : found.contentMD5,
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

/** Throws when what was read is not what was stored. */
export function requireDigest(actual: Uint8Array, loadedBytes: number, blob: DownloadedBlob): void {
  if (loadedBytes !== blob.sizeBytes) throw createWrongLengthError(blob.sizeBytes, loadedBytes);
  if (blob.contentMD5 === undefined || Buffer.compare(actual, blob.contentMD5) === 0) return;
  throw new BatchOutputsError(
    "DigestMismatch",
    `What arrived is not what was saved: its MD5 is ${hex(actual)}, and ${hex(blob.contentMD5)} is stored. Fetch it again; if it stays, the blob was damaged or written with a wrong digest.`,
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** The buffers that several downloads of one call share. */
export function createDownloadBudget(): ByteBudget {
  return new ByteBudget(4 * usualBlockBytes);
}
