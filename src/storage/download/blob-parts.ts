import { type OperationOptions, pickRequestOptions } from "../../core/index.js";
import type { BlobHandle } from "../blob-handle.js";
import { getServiceErrorStatus } from "../errors/service-error.js";
import { BufferPool, type PooledBuffer } from "../memory/buffer-pool.js";
import type { ByteBudget } from "../memory/byte-budget.js";
import { type RangeAnswer, readTotalBytes } from "../transport/index.js";
import { type BlobVersion, createOutputChangedError, readVersion } from "./blob-version.js";
import { createWrongLengthError, readRange } from "./read-range.js";
import { type ListedLength, requireListedLength } from "./require-listed-length.js";

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
export interface BlobPart {
  readonly bytes: Uint8Array;
  readonly buffer: PooledBuffer;
}

/** The first part, and what its answer shows of the blob. */
export interface FirstPart {
  readonly blob: DownloadedBlob;
  readonly part: BlobPart;
  readonly version: BlobVersion | undefined;
}

/**
 * Reads at most `maxBytes`. The first range also contains length, version and digest, so that a small blob takes one request.
 *
 * @throws `DigestMismatch` or `OutputChanged` if the answer contradicts the listing.
 */
export async function readFirstPart(
  client: BlobHandle,
  maxBytes: number,
  budget: ByteBudget,
  request: OperationOptions,
  listed: ListedLength = {},
): Promise<FirstPart> {
  const count = Math.max(1, Math.min(listed.expectedBytes ?? maxBytes, maxBytes));
  const buffer = await budget.take(count, request.abortSignal);
  try {
    const { answer, bytes } = await readRange(client, 0, buffer.bytes, request);
    const blob = readDownloadedBlob(answer);
    requireListedLength({ ...blob, blobType: answer.blobType }, listed);
    return { blob, part: { bytes, buffer }, version: readVersion(answer) };
  } catch (error) {
    buffer.discard();
    if (getServiceErrorStatus(error) !== 416) throw error;
    return await readEmptyBlob(client, request, listed);
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
async function readEmptyBlob(
  client: BlobHandle,
  request: OperationOptions,
  listed: ListedLength,
): Promise<FirstPart> {
  const found = await client.getProperties(pickRequestOptions(request));
  const hasGrown = found.contentLength !== 0;
  const mayHaveGrown = found.blobType === "AppendBlob" && !listed.expectedBytes;
  if (hasGrown && !mayHaveGrown) throw createOutputChangedError();
  requireListedLength({ sizeBytes: 0, blobType: found.blobType, etag: found.etag }, listed);
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

/** Reads a further part of the same version. */
export async function readPart(
  client: BlobHandle,
  start: Pick<FirstPart, "version">,
  offset: number,
  count: number,
  budget: ByteBudget,
  request: OperationOptions,
): Promise<BlobPart> {
  const buffer = await budget.take(count, request.abortSignal);
  try {
    const { bytes } = await readRange(client, offset, buffer.bytes, request, start.version);
    if (bytes.length !== count) throw createWrongLengthError(count, bytes.length);
    return { bytes, buffer };
  } catch (error) {
    buffer.discard();
    throw error;
  }
}
