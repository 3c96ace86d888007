import { createHash } from "node:crypto";
import { BatchOutputsError } from "../errors.js";
import { usualBlockBytes } from "./block-plan.js";
import { ByteBudget } from "./byte-budget.js";
import { linkAbort, throwIfAborted } from "./linked-abort.js";
import { type OperationOptions, requestOptions } from "./operation-options.js";
import { type BlobSource, clientOf, fetchRange, wrongLength } from "./fetch-range.js";
import { type BlobVersion, overwritten, totalBytesOf, versionOf } from "./range-bytes.js";
import { serviceErrorStatus } from "./service-error.js";
import type { TransferProgress } from "./upload.js";

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

/** The bytes that one range gave, and how to give their buffer back. */
interface Part {
  readonly bytes: Uint8Array;
  readonly release: () => void;
}

/**
 * Reads a whole blob in ranges, several at a time, and hands the bytes to `write` in order. Their MD5 is compared with
 * the one that is stored before this returns. Buffers of `concurrency` ranges of 8 MiB are held at most.
 *
 * Every range comes from one version of the blob: an overwritten one is `OutputChanged`. An append blob may grow
 * meanwhile; what it held at the start is read.
 */
export async function downloadBlob(
  client: BlobSource,
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
  const hash = createHash("md5");
  let position = start.part.bytes.length;
  let loadedBytes = 0;
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
    for (let next = parts.shift(); next; next = parts.shift()) {
      while (parts.length < options.concurrency - 1 && position < start.blob.sizeBytes) requestNext();
      const { bytes, release } = await next;
      try {
        hash.update(bytes);
        await write(bytes);
      } finally {
        release();
      }
      loadedBytes += bytes.length;
      options.onProgress?.({ loadedBytes, totalBytes: start.blob.sizeBytes });
      if (parts.length === 0) requestNext();
    }
  } finally {
    if (parts.length > 0) abort.abort();
    for (const part of await Promise.allSettled(parts)) if (part.status === "fulfilled") part.value.release();
  }
  requireDigest(hash.digest(), loadedBytes, start.blob);
  return start.blob;
}

interface Start {
  readonly blob: DownloadedBlob;
  readonly part: Part;
  readonly version: BlobVersion | undefined;
}

/** The first range also tells length, version and digest: a small blob takes this one request. */
async function firstRange(
  client: BlobSource,
  expectedBytes: number,
  budget: ByteBudget,
  request: OperationOptions,
): Promise<Start> {
  const count = Math.max(1, expectedBytes);
  const release = await budget.acquire(count);
  try {
    const { answer, bytes } = await fetchRange(client, 0, count, request);
    const sizeBytes = totalBytesOf(answer);
    const blob = {
      sizeBytes,
      etag: answer.etag,
      lastModified: answer.lastModified,
      contentMD5:
        answer.blobContentMD5 ?? (answer.contentRange === undefined ? answer.contentMD5 : undefined),
      metadata: answer.metadata ?? {},
    };
    return { blob, part: { bytes, release }, version: versionOf(answer) };
  } catch (error) {
    release();
    if (serviceErrorStatus(error) !== 416) throw error;
    return await emptyBlob(client, request);
  }
}

/** The service has no range of an empty blob to give. */
async function emptyBlob(client: BlobSource, request: OperationOptions): Promise<Start> {
  const found = await clientOf(client).getProperties(requestOptions(request));
  const hasGrown = found.contentLength !== 0;
  if (hasGrown && found.blobType !== "AppendBlob") throw overwritten();
  return {
    blob: {
      sizeBytes: 0,
      etag: found.etag,
      lastModified: found.lastModified,
      contentMD5: hasGrown ? undefined : found.contentMD5,
      metadata: found.metadata ?? {},
    },
    part: { bytes: new Uint8Array(), release: () => undefined },
    version: undefined,
  };
}

async function readRange(
  client: BlobSource,
  start: Start,
  offset: number,
  count: number,
  budget: ByteBudget,
  request: OperationOptions,
): Promise<Part> {
  const release = await budget.acquire(count);
  try {
    const { bytes } = await fetchRange(client, offset, count, request, start.version);
    if (bytes.length !== count) throw wrongLength(count, bytes.length);
    return { bytes, release };
  } catch (error) {
    release();
    throw error;
  }
}

function requireDigest(actual: Uint8Array, loadedBytes: number, blob: DownloadedBlob): void {
  if (loadedBytes !== blob.sizeBytes) throw wrongLength(blob.sizeBytes, loadedBytes);
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
export function sharedDownloadBudget(): ByteBudget {
  return new ByteBudget(8 * usualBlockBytes);
}
