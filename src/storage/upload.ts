import { createHash } from "node:crypto";
import type {
  BlobHTTPHeaders,
  BlobRequestConditions,
  BlockBlobUploadOptions,
  Tags,
} from "@azure/storage-blob";
import type { BlockBlobWriter, WrittenBlob } from "./blob-place.js";
import { blockBytesAt, usualBlockBytes } from "./block-plan.js";
import { ByteBudget } from "./byte-budget.js";
import type { ByteReader } from "./byte-reader.js";
import { type LinkedAbort, linkAbort, throwIfAborted, untilAborted } from "./linked-abort.js";
import { defined, type OperationOptions, requestOptions } from "./operation-options.js";
import { StagedBlocks } from "./staged-blocks.js";

/** How far a transfer is. */
export interface TransferProgress {
  /** Bytes that are over so far. */
  readonly loadedBytes: number;
  /** All of them, where it is known. */
  readonly totalBytes?: number;
}

/** How a blob is to be written. */
export interface UploadOptions extends OperationOptions {
  readonly headers: BlobHTTPHeaders;
  readonly metadata?: Record<string, string> | undefined;
  readonly tags?: Tags | undefined;
  readonly tier?: string | undefined;
  /** Under which conditions the new content may take the blob's place; judged by the service at the last request. */
  readonly conditions?: BlobRequestConditions | undefined;
  /** The source's length, where it is known. */
  readonly sizeBytes?: number | undefined;
  /** Blocks under way at a time. */
  readonly concurrency: number;
  /** Buffers shared with other uploads; an upload has its own otherwise. */
  readonly budget?: ByteBudget | undefined;
  /**
   * Called when all is read and nothing is committed yet. To throw, or to answer "keep", leaves the former blob as it is.
   */
  readonly beforeCommit?: ((content: UploadedContent) => Promise<"commit" | "keep">) | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** What the source held. */
export interface UploadedContent {
  readonly sizeBytes: number;
  readonly contentMD5: Uint8Array;
}

/** What was written, or found to be there already. */
export interface UploadedBlob extends UploadedContent {
  /** False when `beforeCommit` chose to keep the former blob. */
  readonly isCommitted: boolean;
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
}

/**
 * Writes a source as a block blob, all or nothing: readers see the former blob until the last request, and nothing of
 * a failed or aborted upload ever. The source is read once; its MD5 is taken on the way and stored with the blob. Holds
 * `concurrency` buffers of 8 MiB at most, whatever the length.
 */
export async function uploadBlob(
  client: BlockBlobWriter,
  source: ByteReader,
  options: UploadOptions,
): Promise<UploadedBlob> {
  throwIfAborted(options.abortSignal);
  using abort = linkAbort(options.abortSignal);
  return await new Upload(client, source, options, abort).run();
}

/** The buffers that several uploads of one call share. */
export function sharedUploadBudget(): ByteBudget {
  return new ByteBudget(8 * usualBlockBytes);
}

/** A part of the source in a buffer that has to be given back. */
interface Part {
  readonly bytes: Uint8Array;
  /** Whether the source ended within the buffer. */
  readonly isLast: boolean;
  readonly release: () => void;
}

class Upload {
  readonly #client: BlockBlobWriter;
  readonly #source: ByteReader;
  readonly #options: UploadOptions;
  readonly #abort: LinkedAbort;
  readonly #budget: ByteBudget;
  readonly #hash = createHash("md5");
  #sizeBytes = 0;
  #loadedBytes = 0;

  constructor(client: BlockBlobWriter, source: ByteReader, options: UploadOptions, abort: LinkedAbort) {
    this.#client = client;
    this.#source = source;
    this.#options = options;
    this.#abort = abort;
    this.#budget = options.budget ?? new ByteBudget(options.concurrency * blockBytesAt(0, options.sizeBytes));
  }

  async run(): Promise<UploadedBlob> {
    const { sizeBytes } = this.#options;
    const blockBytes = blockBytesAt(0, sizeBytes);
    // A small source needs a buffer of its own size only. The byte more tells one that has grown from one that has ended.
    const first = await this.#read(
      sizeBytes === undefined ? blockBytes : Math.min(blockBytes, sizeBytes + 1),
    );
    return first.isLast ? await this.#putWhole(first) : await this.#putBlocks(first);
  }

  async #putWhole({ bytes, release }: Part): Promise<UploadedBlob> {
    try {
      const written = await this.#commit((blob) => this.#client.upload(bytes, bytes.length, blob));
      this.#progress(bytes.length);
      return written;
    } finally {
      release();
    }
  }

  async #putBlocks(first: Part): Promise<UploadedBlob> {
    const blocks = new StagedBlocks(async (id, bytes) => {
      await this.#client.stageBlock(id, bytes, bytes.length, this.#requestOptions());
      this.#progress(bytes.length);
    }, this.#abort);
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
      if (part.bytes.length > 0) blocks.add(part.bytes, part.release);
      else part.release();
      if (part.isLast) return;
      part = await this.#read(blockBytesAt(blocks.ids.length, this.#options.sizeBytes));
    }
  }

  /** Waits for room for a buffer, and fills it from the source. */
  async #read(bufferBytes: number): Promise<Part> {
    const release = await this.#budget.acquire(bufferBytes);
    try {
      throwIfAborted(this.#abort.signal);
      const buffer = Buffer.allocUnsafeSlow(bufferBytes);
      // A source that gives nothing for an hour must not keep an aborted or failed upload waiting.
      const filled = await untilAborted(this.#source.fill(buffer), this.#abort.signal);
      const bytes = buffer.subarray(0, filled);
      this.#hash.update(bytes);
      this.#sizeBytes += filled;
      return { bytes, isLast: filled < bufferBytes, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #commit(write: (blob: BlockBlobUploadOptions) => Promise<WrittenBlob>): Promise<UploadedBlob> {
    const content = { sizeBytes: this.#sizeBytes, contentMD5: this.#hash.digest() };
    if ((await this.#options.beforeCommit?.(content)) === "keep") return { ...content, isCommitted: false };
    const { headers, metadata, tags, tier, conditions } = this.#options;
    const answer = await write({
      ...this.#requestOptions(),
      blobHTTPHeaders: { ...headers, blobContentMD5: content.contentMD5 },
      ...defined({ metadata, tags, tier, conditions }),
    });
    return { ...content, isCommitted: true, etag: answer.etag, lastModified: answer.lastModified };
  }

  #requestOptions() {
    return { ...requestOptions(this.#options), abortSignal: this.#abort.signal };
  }

  #progress(bytes: number): void {
    this.#loadedBytes += bytes;
    this.#options.onProgress?.({
      loadedBytes: this.#loadedBytes,
      ...defined({ totalBytes: this.#options.sizeBytes }),
    });
  }
}
