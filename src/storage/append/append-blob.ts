import type { BlobClient, BlobRequestConditions } from "@azure/storage-blob";
import {
  formatInteger,
  BatchOutputsError,
  isTransient,
  type OperationOptions,
  readWithTimeout,
  pickRequestOptions,
  retry,
  type RetryPolicy,
} from "../../core/index.js";
import { createOutputChangedError } from "../download/blob-version.js";
import { isBlobMissing, getServiceErrorStatus } from "../errors/service-error.js";
import {
  type AppendedBlock,
  type AppendPoint,
  type BlobProperties,
  openTransport,
  requireETag,
  type StoreContainer,
} from "../transport/index.js";

/** The properties of a blob. Names of metadata are in lower case, as in HTTP headers. */
export interface BlobState {
  readonly etag: string;
  readonly type: "AppendBlob" | "BlockBlob" | "PageBlob";
  readonly sizeBytes: number;
  /** The number of blocks of an append blob, at most 50,000; 0 for other types. */
  readonly blockCount: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly lastModified?: Date | undefined;
}

/** The result of a read: the bytes of the range that exist, and the version of the blob. */
export interface BlobRange {
  readonly data: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The condition under which a blob is created: no blob exists, or the existing one has this ETag. */
export type Over = { readonly etag: string } | "nothing";

export interface AppendBlobContent {
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
}

/** An interrupted read is repeated from its start, because reads of a log are short. */
const rereadPolicy: RetryPolicy = { maxAttempts: 6, delayInMs: 100, maxDelayInMs: 2_000 };

/**
 * The calls for the append blobs of a container. Each has a condition that makes it safe to repeat: a caller that does
 * not know whether a call was carried out reads the blob to find out.
 */
export class AppendBlobs {
  readonly #container: StoreContainer;

  constructor(container: StoreContainer) {
    this.#container = container;
  }

  /** The URL of the container as it was given, with its SAS if it has one. Must not appear in messages. */
  get containerUrl(): string {
    return this.#container.url;
  }

  /** The blob's properties; `undefined` if there is no blob. A missing container is an error. */
  async fetchState(name: string, options: OperationOptions): Promise<BlobState | undefined> {
    try {
      return readState(await openTransport(this.#container).getProperties(name, pickRequestOptions(options)));
    } catch (error) {
      if (isBlobMissing(error)) return undefined;
      throw error;
    }
  }

  /** Creates an empty append blob and returns its ETag. */
  async create(
    name: string,
    over: Over,
    content: AppendBlobContent,
    options: OperationOptions,
  ): Promise<string> {
    const container = await this.#container.loadClient();
    const { etag } = await container.getAppendBlobClient(name).create({
      ...pickRequestOptions(options),
      conditions: createCondition(over),
      metadata: { ...content.metadata },
      ...(content.contentType !== undefined && { blobHTTPHeaders: { blobContentType: content.contentType } }),
    });
    return requireETag(etag);
  }

  async append(
    name: string,
    data: Uint8Array,
    at: AppendPoint,
    options: OperationOptions,
  ): Promise<AppendedBlock> {
    return await openTransport(this.#container).appendBlock(name, data, at, options);
  }

  /** Replaces all metadata of exactly this version and returns the new ETag. */
  async setMetadata(
    name: string,
    etag: string,
    metadata: Readonly<Record<string, string>>,
    options: OperationOptions,
  ): Promise<string> {
    const client = await this.#loadClient(name);
    const answer = await client.setMetadata(
      { ...metadata },
      { ...pickRequestOptions(options), conditions: { ifMatch: etag } },
    );
    return requireETag(answer.etag);
  }

  /** Reads at most `count` bytes; fewer, or none, if the blob ends before. */
  async read(name: string, offset: number, count: number, options: OperationOptions): Promise<BlobRange> {
    // The second time for a blob that has grown after the service refused the range.
    const range =
      (await this.#readUnlessRefused(name, offset, count, options)) ??
      (await this.#readUnlessRefused(name, offset, count, options));
    if (range === undefined) throw createOutputChangedError();
    return range;
  }

  /** Returns `undefined` if the service refuses the range as behind the blob's end, although the blob's properties show more bytes. */
  async #readUnlessRefused(
    name: string,
    offset: number,
    count: number,
    options: OperationOptions,
  ): Promise<BlobRange | undefined> {
    try {
      return await retry(async () => await this.#readOnce(name, offset, count, options), {
        policy: rereadPolicy,
        abortSignal: options.abortSignal,
      });
    } catch (error) {
      if (getServiceErrorStatus(error) !== 416) throw error;
      const found = await openTransport(this.#container).getProperties(name, pickRequestOptions(options));
      return (found.contentLength ?? 0) > offset ? undefined : { data: Buffer.alloc(0), metadata: {} };
    }
  }

  async #readOnce(
    name: string,
    offset: number,
    count: number,
    options: OperationOptions,
  ): Promise<BlobRange> {
    const opened = await openTransport(this.#container).openRange(
      name,
      offset,
      count,
      pickRequestOptions(options),
    );
    const { answer, body, dueBytes } = opened;
    const data = Buffer.allocUnsafeSlow(dueBytes);
    let filledBytes = 0;
    const { progressTimeoutInMs } = this.#container.access.limits;
    try {
      for await (const chunk of readWithTimeout(body, progressTimeoutInMs)) {
        data.set(chunk.subarray(0, dueBytes - filledBytes), filledBytes);
        filledBytes += chunk.length;
      }
    } catch (error) {
      throw isTransient(error) ? error : createCutShortError(filledBytes, dueBytes, error);
    }
    if (filledBytes !== dueBytes) throw createCutShortError(filledBytes, dueBytes);
    return { data, metadata: answer.metadata ?? {} };
  }

  /** Deletes exactly this version. Needs a permission that the usual container SAS does not have. */
  async delete(name: string, etag: string, options: OperationOptions): Promise<void> {
    const client = await this.#loadClient(name);
    await client.delete({
      ...pickRequestOptions(options),
      conditions: { ifMatch: etag },
      deleteSnapshots: "include",
    });
  }

  /**
   * Makes the service copy exactly this version. Not possible if the container is accessed with a SAS: the SAS would be
   * part of the source URL, which the service returns to every reader of the copy.
   */
  async copy(
    source: { readonly name: string; readonly etag: string },
    target: {
      readonly name: string;
      readonly over: Over;
      readonly metadata: Readonly<Record<string, string>>;
    },
    options: OperationOptions,
  ): Promise<void> {
    const client = await this.#loadClient(target.name);
    const poller = await client.beginCopyFromURL((await this.#loadClient(source.name)).url, {
      ...pickRequestOptions(options),
      conditions: createCondition(target.over),
      sourceConditions: { ifMatch: source.etag },
      metadata: { ...target.metadata },
      intervalInMs: 500,
    });
    const { copyStatus } = await poller.pollUntilDone();
    if (copyStatus !== "success")
      throw new Error(`The service ended the copy of ${source.name} as "${copyStatus ?? ""}".`);
  }

  async #loadClient(name: string): Promise<BlobClient> {
    return (await this.#container.loadClient()).getBlobClient(name);
  }

  /** Whether `copy` is possible. */
  get canCopy(): boolean {
    return !/[?&]sig=/i.test(this.#container.url);
  }
}

function createCutShortError(received: number, due: number, cause?: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "StoreUnreachable",
    `The connection to the store broke off after ${formatInteger(received)} of ${formatInteger(due)} bytes.`,
    { hint: { action: "check-network" }, ...(cause !== undefined && { cause }) },
  );
}

function createCondition(over: Over): BlobRequestConditions {
  return over === "nothing" ? { ifNoneMatch: "*" } : { ifMatch: over.etag };
}

function readState(found: BlobProperties): BlobState {
  return {
    etag: requireETag(found.etag),
    type: found.blobType ?? "BlockBlob",
    sizeBytes: found.contentLength ?? 0,
    blockCount: found.blobCommittedBlockCount ?? 0,
    metadata: found.metadata ?? {},
    contentType: found.contentType,
    lastModified: found.lastModified,
  };
}
