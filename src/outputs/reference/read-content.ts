import { constants } from "node:buffer";
import { Readable } from "node:stream";
import {
  formatInteger,
  BatchOutputsError,
  omitUndefined,
  type OperationOptions,
  pickRequestOptions,
} from "../../core/index.js";
import {
  type BlobHandle,
  type DownloadedBlob,
  downloadInParts,
  downloadToFile,
  openRange,
  readInOrder,
} from "../../storage/index.js";
import { describeLog, nextPartName, tailLog } from "../../tracking/index.js";
import { createPartFinder } from "./part-finder.js";
import { requireNoFolder } from "./output-blobs.js";
import { createLogTarget, type OutputContent } from "./output-content.js";
import type { DownloadToFileOptions, OpenReadOptions, ReadChunksOptions } from "./output-file-properties.js";
import { formatVersion, type VersionedOutput } from "./output-version.js";

/** Downloads the content into a file, all or nothing. */
export async function downloadContentToFile(
  content: OutputContent,
  path: string,
  options: DownloadToFileOptions,
) {
  await downloadToFile(content.blob, path, createTransferOptions(content, options));
}

/** Downloads the content into memory. Throws a RangeError if it is too large for a buffer. */
export async function downloadContentToBuffer(content: OutputContent, options: DownloadToFileOptions) {
  const parts: Buffer[] = [];
  let position = 0;
  await downloadInParts(
    content.blob,
    (bytes) => {
      parts.at(-1)?.set(bytes, position);
      position += bytes.length;
    },
    {
      ...createTransferOptions(content, options),
      onStart: ({ sizeBytes, metadata }) => {
        requireNoFolder(content.blobName, metadata);
        parts.push(allocateBuffer(sizeBytes));
        position = 0;
      },
    },
  );
  const [only = Buffer.alloc(0), ...others] = parts;
  return others.length === 0 ? only : Buffer.concat(parts);
}

/** Opens a stream on the content, or on a range of it. */
export async function openContent(content: OutputContent, options: OpenReadOptions): Promise<Readable> {
  return await openRange(content.blob, options, content.explain, (opened) => {
    // The SDK's response has getters, which object spread would not copy.
    const { metadata = {}, etag, blobType, createdOn } = opened;
    requireNoFolder(content.blobName, metadata);
    const log = describeLog(content.blobName, metadata);
    requireVersion(options.expectedVersion, { etag, blobType, createdOn, log });
    return nextPartName({ name: content.blobName, metadata }) === undefined
      ? undefined
      : Readable.from(readParts(content, options), { objectMode: false });
  });
}

/** Yields the content in order; see {@link readInOrder}. @internal */
export async function* readContentInOrder(
  content: OutputContent,
  {
    budget,
    concurrency = 4,
    maxBytes = Number.POSITIVE_INFINITY,
    onStart: report,
    ...options
  }: ReadChunksOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const request = { ...pickRequestOptions(options satisfies OperationOptions), budget, concurrency };
  const findNext = createPartFinder(content.container, content.blobName);
  let next: BlobHandle | undefined = content.blob;
  let bytesLeft = maxBytes;
  try {
    while (next !== undefined && bytesLeft > 0) {
      const blob: BlobHandle = next;
      next = undefined;
      const onStart = (started: DownloadedBlob): void => {
        requireNoFolder(content.blobName, started.metadata);
        if (bytesLeft === maxBytes) report?.(started);
        next = findNext(started);
      };
      for await (const bytes of readInOrder(blob, { ...request, maxBytes: bytesLeft, onStart })) {
        bytesLeft -= bytes.length;
        yield bytes;
      }
    }
  } catch (error) {
    throw content.explain(error);
  }
}

function requireVersion(expected: string | undefined, opened: VersionedOutput): void {
  if (expected === undefined || formatVersion(opened) === expected) return;
  throw new BatchOutputsError("OutputChanged", "The output was replaced after it was opened. Open it again.");
}

async function* readParts(content: OutputContent, options: OpenReadOptions): AsyncGenerator<Uint8Array> {
  for await (const { data } of tailLog(createLogTarget(content), options)) yield data;
}

function createTransferOptions(content: OutputContent, options: DownloadToFileOptions) {
  return {
    ...pickRequestOptions(options satisfies OperationOptions),
    concurrency: options.concurrency ?? 4,
    createPartFinder: () => createPartFinder(content.container, content.blobName),
    onStart: ({ metadata }: DownloadedBlob) => {
      requireNoFolder(content.blobName, metadata);
    },
    ...omitUndefined({
      onProgress: options.onProgress,
      expectedBytes: content.listed.sizeBytes,
      expectedETag: content.listed.etag,
    }),
  };
}

function allocateBuffer(sizeBytes: number): Buffer {
  if (sizeBytes <= constants.MAX_LENGTH) return Buffer.allocUnsafeSlow(sizeBytes);
  throw new RangeError(
    `The output has ${formatInteger(sizeBytes)} bytes, and a buffer holds ${formatInteger(constants.MAX_LENGTH)} at most: use downloadToFile or openRead`,
  );
}
