import { createHash, randomBytes } from "node:crypto";
import type {
  BlobHTTPHeaders,
  BlobRequestConditions,
  BlockBlobClient,
  BlockBlobTier,
  BlockBlobUploadOptions,
  Tags,
} from "@azure/storage-blob";
import { blockBytesAt, usualBlockBytes } from "./block-plan.js";
import { ByteBudget } from "./byte-budget.js";
import type { ByteReader } from "./byte-reader.js";
import { type LinkedAbort, linkAbort, throwIfAborted, untilAborted } from "./linked-abort.js";
import { defined, type OperationOptions, requestOptions } from "./operation-options.js";

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
  readonly tier?: BlockBlobTier | undefined;
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
  client: BlockBlobClient,
  source: ByteReader,
  options: UploadOptions,
): Promise<UploadedBlob> {
  using abort = linkAbort(options.abortSignal);
  return await new Upload(client, source, options, abort).run();
}

class Upload {
  readonly #client: BlockBlobClient;
  readonly #source: ByteReader;
  readonly #options: UploadOptions;
  readonly #abort: LinkedAbort;
  readonly #budget: ByteBudget;
  readonly #hash = createHash("md5");
  readonly #staging = new Set<Promise<void>>();
  /** Block ids of this upload alone: two uploads of one blob at a time must not take each other's blocks. */
  readonly #idPrefix = randomBytes(12).toString("hex");
  readonly #blockIds: string[] = [];
  #sizeBytes = 0;
  #loadedBytes = 0;
  #failure: { error: unknown } | undefined;

  constructor(client: BlockBlobClient, source: ByteReader, options: UploadOptions, abort: LinkedAbort) {
    this.#client = client;
    this.#source = source;
    this.#options = options;
    this.#abort = abort;
    this.#budget = options.budget ?? new ByteBudget(options.concurrency * blockBytesAt(0, options.sizeBytes));
  }

  async run(): Promise<UploadedBlob> {
    throwIfAborted(this.#options.abortSignal);
    const whole = await this.#readFirst();
    if (whole.isAll) {
      try {
        return await this.#putWhole(whole.bytes);
      } finally {
        whole.release();
      }
    }
    try {
      this.#stage(whole.bytes, whole.release);
      await this.#stageRest();
    } catch (error) {
      this.#fail(error);
    }
    await Promise.all(this.#staging);
    // Not the abort of its own that a failed block has set off.
    if (this.#failure) throw this.#failure.error;
    return await this.#commit((blob) => this.#client.commitBlockList(this.#blockIds, blob));
  }

  /** A small source goes up in one request, from a buffer of its own size. */
  async #readFirst(): Promise<{ bytes: Uint8Array; isAll: boolean; release: () => void }> {
    const { sizeBytes } = this.#options;
    const blockBytes = blockBytesAt(0, sizeBytes);
    // One byte more than is expected tells a source that has grown from one that has ended.
    const wanted = sizeBytes === undefined ? blockBytes : Math.min(blockBytes, sizeBytes + 1);
    const { buffer, release } = await this.#buffer(wanted);
    try {
      const bytes = buffer.subarray(0, await this.#fill(buffer));
      return { bytes, isAll: bytes.length < wanted, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #buffer(bytes: number): Promise<{ buffer: Uint8Array; release: () => void }> {
    const release = await this.#budget.acquire(bytes);
    return { buffer: Buffer.allocUnsafeSlow(bytes), release };
  }

  /** A source that gives nothing for an hour must not keep an aborted or failed upload waiting. */
  async #fill(buffer: Uint8Array): Promise<number> {
    return await untilAborted(this.#source.fill(buffer), this.#abort.signal);
  }

  async #putWhole(bytes: Uint8Array): Promise<UploadedBlob> {
    this.#hash.update(bytes);
    this.#sizeBytes = bytes.length;
    const written = await this.#commit((blob) => this.#client.upload(bytes, bytes.length, blob));
    this.#progress(bytes.length);
    return written;
  }

  async #stageRest(): Promise<void> {
    while (!this.#failure) {
      throwIfAborted(this.#options.abortSignal);
      const { buffer, release } = await this.#buffer(
        blockBytesAt(this.#blockIds.length, this.#options.sizeBytes),
      );
      try {
        const filled = await this.#fill(buffer);
        if (filled > 0) this.#stage(buffer.subarray(0, filled), release);
        if (filled === 0) release();
        if (filled < buffer.length) return;
      } catch (error) {
        release();
        throw error;
      }
    }
  }

  #stage(bytes: Uint8Array, release: () => void): void {
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.length;
    const id = Buffer.from(`${this.#idPrefix}${String(this.#blockIds.length).padStart(6, "0")}`).toString(
      "base64",
    );
    this.#blockIds.push(id);
    const staging = this.#client
      .stageBlock(id, bytes, bytes.length, this.#requestOptions())
      .then(() => {
        this.#progress(bytes.length);
      })
      .catch((error: unknown) => {
        this.#fail(error);
      })
      .finally(() => {
        release();
        this.#staging.delete(staging);
      });
    this.#staging.add(staging);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#abort.abort();
  }

  async #commit(
    write: (blob: BlockBlobUploadOptions) => Promise<{ etag?: string; lastModified?: Date }>,
  ): Promise<UploadedBlob> {
    const content = { sizeBytes: this.#sizeBytes, contentMD5: this.#hash.digest() };
    if ((await this.#options.beforeCommit?.(content)) === "keep") return { ...content, isCommitted: false };
    const answer = await write(this.#blobOptions(content.contentMD5));
    return { ...content, isCommitted: true, etag: answer.etag, lastModified: answer.lastModified };
  }

  #blobOptions(contentMD5: Uint8Array): BlockBlobUploadOptions {
    const { headers, metadata, tags, tier, conditions } = this.#options;
    return {
      ...this.#requestOptions(),
      blobHTTPHeaders: { ...headers, blobContentMD5: contentMD5 },
      ...defined({ metadata, tags, tier, conditions }),
    };
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

/** The buffers that several uploads of one call share. */
export function sharedUploadBudget(): ByteBudget {
  return new ByteBudget(8 * usualBlockBytes);
}
