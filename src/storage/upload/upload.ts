import type { AbortSignalLike } from "@azure/abort-controller";
import type {
  BlobHTTPHeaders,
  BlobRequestConditions,
  BlockBlobUploadOptions,
  Tags,
} from "@azure/storage-blob";
import {
  omitUndefined,
  linkAbort,
  type LinkedAbort,
  type OperationOptions,
  pickRequestOptions,
  throwIfAborted,
  raceWithAbort,
} from "../../core/index.js";
import type { BlockBlobWriter } from "../blob-handle.js";
import type { WrittenBlob } from "../transport/index.js";
import { planBlockBytes, usualBlockBytes } from "./block-plan.js";
import { ByteBudget } from "../memory/byte-budget.js";
import type { PooledBuffer } from "../memory/buffer-pool.js";
import type { ByteReader, WholeContent } from "./byte-reader.js";
import { type RunningMD5, startMD5 } from "../worker/running-md5.js";
import { StagedBlocks } from "./staged-blocks.js";

/** The progress of a transfer. */
export interface TransferProgress {
  /** Bytes transferred so far. */
  readonly loadedBytes: number;
  /** Total bytes, if known. */
  readonly totalBytes?: number;
}

/** Options for writing a blob. */
export interface UploadOptions extends OperationOptions {
  readonly headers: BlobHTTPHeaders;
  readonly metadata?: Record<string, string> | undefined;
  readonly tags?: Tags | undefined;
  readonly tier?: string | undefined;
  /** The conditions under which the existing blob may be replaced; checked by the service at the last request. */
  readonly conditions?: BlobRequestConditions | undefined;
  /** The source's length, if known. */
  readonly sizeBytes?: number | undefined;
  /** The maximum number of concurrent block uploads. */
  readonly concurrency: number;
  /** Buffers shared with other uploads; an upload has its own by default. */
  readonly budget?: ByteBudget | undefined;
  /**
   * Called when everything has been read, before anything is committed. If it throws, or returns "keep", the existing
   * blob is unchanged.
   */
  readonly beforeCommit?: ((content: UploadedContent) => Promise<CommitOrKeep> | CommitOrKeep) | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

type CommitOrKeep = "commit" | "keep";

/** The content of the source. */
export interface UploadedContent {
  readonly sizeBytes: number;
  readonly contentMD5: Uint8Array;
}

/** The blob that was written, or that existed already. */
export interface UploadedBlob extends UploadedContent {
  /** False if `beforeCommit` kept the existing blob. */
  readonly isCommitted: boolean;
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
}

/**
 * Writes a source to a block blob, all or nothing: readers see the existing blob until the last request, and never a
 * part of a failed or aborted upload. The source is read once; its MD5 is computed meanwhile and stored with the blob.
 * Uses at most `concurrency` buffers of 8 MiB, whatever the length.
 */
export async function uploadBlob(
  client: BlockBlobWriter,
  source: ByteReader | WholeContent,
  options: UploadOptions,
): Promise<UploadedBlob> {
  throwIfAborted(options.abortSignal);
  if ("bytes" in source) return await putInMemory(client, source, options);
  using abort = linkAbort(options.abortSignal);
  using hash = startMD5(options.sizeBytes);
  return await new Upload(client, source, options, abort, hash).run();
}

/** Bytes in memory take one request. */
async function putInMemory(
  client: BlockBlobWriter,
  { bytes, contentMD5, release }: WholeContent,
  options: UploadOptions,
): Promise<UploadedBlob> {
  const content = { sizeBytes: bytes.length, contentMD5 };
  const write = (blob: BlockBlobUploadOptions): Promise<WrittenBlob> =>
    client.upload(bytes, bytes.length, blob);
  const written = await commit(content, options, options.abortSignal, write);
  release();
  options.onProgress?.({ loadedBytes: bytes.length, totalBytes: bytes.length });
  return written;
}

/** Commits the blob, unless the existing one is to be kept. */
async function commit(
  content: UploadedContent,
  options: UploadOptions,
  abortSignal: AbortSignalLike | undefined,
  write: (blob: BlockBlobUploadOptions) => Promise<WrittenBlob>,
): Promise<UploadedBlob> {
  const { sizeBytes, contentMD5 } = content;
  if (options.beforeCommit && (await options.beforeCommit(content)) === "keep")
    return { sizeBytes, contentMD5, isCommitted: false };
  const { headers, metadata, tags, tier, conditions, tracingOptions } = options;
  const { etag, lastModified } = await write({
    blobHTTPHeaders: { ...headers, blobContentMD5: contentMD5 },
    ...omitUndefined({ abortSignal, tracingOptions, metadata, tags, tier, conditions }),
  });
  return { sizeBytes, contentMD5, isCommitted: true, etag, lastModified };
}

/** Creates buffers that several uploads of one call share. */
export function createUploadBudget(): ByteBudget {
  return new ByteBudget(4 * usualBlockBytes);
}

/** A part of the source; its buffer is released when it has been hashed and sent. */
interface Part {
  readonly bytes: Uint8Array;
  /** Whether the source ended within this part. */
  readonly isLast: boolean;
  readonly hashed: Promise<void>;
  readonly buffer: PooledBuffer;
}

class Upload {
  readonly #client: BlockBlobWriter;
  readonly #source: ByteReader;
  readonly #options: UploadOptions;
  readonly #abort: LinkedAbort;
  readonly #budget: ByteBudget;
  readonly #hash: RunningMD5;
  #sizeBytes = 0;
  #loadedBytes = 0;

  constructor(
    client: BlockBlobWriter,
    source: ByteReader,
    options: UploadOptions,
    abort: LinkedAbort,
    hash: RunningMD5,
  ) {
    this.#hash = hash;
    this.#client = client;
    this.#source = source;
    this.#options = options;
    this.#abort = abort;
    this.#budget =
      options.budget ?? new ByteBudget(options.concurrency * planBlockBytes(0, options.sizeBytes));
  }

  async run(): Promise<UploadedBlob> {
    const { sizeBytes } = this.#options;
    const blockBytes = planBlockBytes(0, sizeBytes);
    // A small source needs a buffer of its own size only, plus one byte that shows whether the file has grown.
    const first = await this.#read(
      sizeBytes === undefined ? blockBytes : Math.min(blockBytes, sizeBytes + 1),
    );
    return first.isLast ? await this.#putWhole(first) : await this.#putBlocks(first);
  }

  async #putWhole({ bytes, hashed, buffer }: Part): Promise<UploadedBlob> {
    try {
      await hashed;
      const written = await this.#commit((blob) => this.#client.upload(bytes, bytes.length, blob));
      this.#reportProgress(bytes.length);
      buffer.release();
      return written;
    } finally {
      buffer.discard();
    }
  }

  async #putBlocks(first: Part): Promise<UploadedBlob> {
    const blocks = new StagedBlocks(this.#abort);
    try {
      await this.#stage(blocks, first);
    } catch (error) {
      blocks.fail(error);
    }
    await blocks.settle();
    return await this.#commit((blob) => this.#client.commitBlockList(blocks.ids, blob));
  }

  async #stage(blocks: StagedBlocks, first: Part): Promise<void> {
    for (let part = first; ;) {
      const { bytes, isLast } = part;
      if (bytes.length > 0) blocks.add((id) => this.#putBlock(id, part));
      else part.buffer.release();
      if (isLast) return;
      part = await this.#read(planBlockBytes(blocks.ids.length, this.#options.sizeBytes));
    }
  }

  async #putBlock(id: string, { bytes, hashed, buffer }: Part): Promise<void> {
    try {
      const staged = this.#client.stageBlock(id, bytes, bytes.length, this.#createRequestOptions());
      await Promise.all([staged, hashed]);
      this.#reportProgress(bytes.length);
      buffer.release();
    } finally {
      buffer.discard();
    }
  }

  /** Waits for a buffer, and fills it from the source. */
  async #read(bufferBytes: number): Promise<Part> {
    const buffer = await this.#budget.take(bufferBytes, this.#abort.signal);
    try {
      throwIfAborted(this.#abort.signal);
      // A source that returns no bytes for a long time must not delay the end of an aborted or failed upload.
      const filled = await raceWithAbort(this.#source.fill(buffer.bytes), this.#abort.signal);
      const bytes = buffer.bytes.subarray(0, filled);
      const hashed = this.#hash.update(bytes);
      // Awaited by the sender of the part; until then a rejection must not count as unhandled.
      hashed.catch(() => undefined);
      this.#sizeBytes += filled;
      return { bytes, isLast: filled < bufferBytes, hashed, buffer };
    } catch (error) {
      buffer.discard();
      throw error;
    }
  }

  async #commit(write: (blob: BlockBlobUploadOptions) => Promise<WrittenBlob>): Promise<UploadedBlob> {
    const content = { sizeBytes: this.#sizeBytes, contentMD5: await this.#hash.digest() };
    return await commit(content, this.#options, this.#abort.signal, write);
  }

  #createRequestOptions() {
    return { ...pickRequestOptions(this.#options), abortSignal: this.#abort.signal };
  }

  #reportProgress(bytes: number): void {
    this.#loadedBytes += bytes;
    this.#options.onProgress?.({
      loadedBytes: this.#loadedBytes,
      ...omitUndefined({ totalBytes: this.#options.sizeBytes }),
    });
  }
}
