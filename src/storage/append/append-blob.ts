import type { BlobGetPropertiesResponse, BlobRequestConditions, ContainerClient } from "@azure/storage-blob";
import { type OperationOptions, requestOptions } from "../../core/index.js";
import { sendDirectly } from "../transport/direct/direct-requests.js";
import { isBlobMissing, serviceErrorStatus } from "../errors/service-error.js";

/** What the service says of a blob. Names of metadata are in lower case, as HTTP gives them. */
export interface BlobState {
  readonly etag: string;
  readonly type: "AppendBlob" | "BlockBlob" | "PageBlob";
  readonly sizeBytes: number;
  /** Of an append blob's 50,000 blocks; 0 for other types. */
  readonly blockCount: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly lastModified?: Date | undefined;
}

/** What a read gave: the bytes that there are in the range, and whose they are. */
export interface BlobRange {
  readonly data: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Under which condition a blob is made: over nothing, or over exactly the version with this ETag. */
export type Over = { readonly etag: string } | "nothing";

export interface AppendBlobContent {
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
}

/** Where an append has to land, and on which version of the blob: otherwise the service refuses it with 412. */
export interface AppendPoint {
  readonly position: number;
  readonly etag: string;
}

/** What an append made of the blob. */
export interface Appended {
  readonly etag: string;
  readonly blockCount: number | undefined;
}

/**
 * The calls on a container's append blobs, each with the condition that makes it safe to be in doubt about: whoever does
 * not know whether a call was carried out finds out by looking.
 */
export class AppendBlobs {
  readonly #container: ContainerClient;

  constructor(container: ContainerClient) {
    this.#container = container;
  }

  /** The container's URL as it was given: with its SAS, if it has one. Not for messages. */
  get containerUrl(): string {
    return this.#container.url;
  }

  /** What stands under the name, or `undefined` for nothing. A missing container is an error. */
  async state(name: string, options: OperationOptions): Promise<BlobState | undefined> {
    try {
      return stateOf(await this.#container.getBlobClient(name).getProperties(requestOptions(options)));
    } catch (error) {
      if (isBlobMissing(error)) return undefined;
      throw error;
    }
  }

  /** Makes an empty append blob. Gives its ETag. */
  async create(
    name: string,
    over: Over,
    content: AppendBlobContent,
    options: OperationOptions,
  ): Promise<string> {
    const { etag } = await this.#container.getAppendBlobClient(name).create({
      ...requestOptions(options),
      conditions: conditionOf(over),
      metadata: { ...content.metadata },
      ...(content.contentType !== undefined && { blobHTTPHeaders: { blobContentType: content.contentType } }),
    });
    return known(etag);
  }

  async append(
    name: string,
    data: Uint8Array,
    at: AppendPoint,
    options: OperationOptions,
  ): Promise<Appended> {
    return await sendDirectly(
      this.#container,
      {
        method: "PUT",
        blobName: name,
        query: "comp=appendblock",
        headers: [
          ["x-ms-blob-condition-appendpos", String(at.position)],
          ["if-match", at.etag],
        ],
        body: data,
        expectedStatus: 201,
      },
      options.abortSignal,
      (answer) => appended(answer.header("etag"), answer.header("x-ms-blob-committed-block-count")),
      async (abortSignal) => {
        const { etag, blobCommittedBlockCount } = await this.#container
          .getAppendBlobClient(name)
          .appendBlock(data, data.length, {
            ...requestOptions({ ...options, abortSignal }),
            conditions: { appendPosition: at.position, ifMatch: at.etag },
          });
        return appended(etag, blobCommittedBlockCount);
      },
    );
  }

  /** Replaces all metadata of exactly this version. Gives the new ETag. */
  async setMetadata(
    name: string,
    etag: string,
    metadata: Readonly<Record<string, string>>,
    options: OperationOptions,
  ): Promise<string> {
    const answer = await this.#container
      .getBlobClient(name)
      .setMetadata({ ...metadata }, { ...requestOptions(options), conditions: { ifMatch: etag } });
    return known(answer.etag);
  }

  /** Reads at most `count` bytes; fewer, or none, where the blob ends before. */
  async read(name: string, offset: number, count: number, options: OperationOptions): Promise<BlobRange> {
    // A connection that breaks is taken up on the same version only, and a log has a new one with every append.
    for (let triesLeft = 5; ; triesLeft -= 1) {
      try {
        return await this.#readOnce(name, offset, count, options);
      } catch (error) {
        const status = serviceErrorStatus(error);
        if (status === 416) return { data: Buffer.alloc(0), metadata: {} };
        if (triesLeft === 0 || !(status === 412 || isCutShort(error))) throw error;
      }
    }
  }

  async #readOnce(
    name: string,
    offset: number,
    count: number,
    options: OperationOptions,
  ): Promise<BlobRange> {
    const answer = await this.#container.getBlobClient(name).download(offset, count, requestOptions(options));
    const { contentLength = 0, metadata = {}, readableStreamBody } = answer;
    const data = Buffer.allocUnsafeSlow(contentLength);
    let filled = 0;
    for await (const chunk of (readableStreamBody ?? []) as AsyncIterable<Buffer>)
      filled += chunk.copy(data, filled);
    if (filled !== contentLength)
      throw new CutShortError(`${name}: ${filled} bytes came of ${contentLength}`);
    return { data, metadata };
  }

  /** Removes exactly this version. Needs a permission that the usual container SAS does not have. */
  async delete(name: string, etag: string, options: OperationOptions): Promise<void> {
    await this.#container
      .getBlobClient(name)
      .delete({ ...requestOptions(options), conditions: { ifMatch: etag }, deleteSnapshots: "include" });
  }

  /**
   * Has the service copy exactly this version. Not for a container known by a SAS: the SAS would have to be sent as part
   * of the source's URL, and the service shows that URL to every reader of the copy.
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
    const poller = await this.#container
      .getBlobClient(target.name)
      .beginCopyFromURL(this.#container.getBlobClient(source.name).url, {
        ...requestOptions(options),
        conditions: conditionOf(target.over),
        sourceConditions: { ifMatch: source.etag },
        metadata: { ...target.metadata },
        intervalInMs: 500,
      });
    const { copyStatus } = await poller.pollUntilDone();
    if (copyStatus !== "success")
      throw new Error(`The service ended the copy of ${source.name} as "${copyStatus ?? ""}".`);
  }

  /** Whether the service can be asked to copy, see `copy`. */
  get canCopy(): boolean {
    return !/[?&]sig=/i.test(this.#container.url);
  }
}

class CutShortError extends Error {
  override readonly name = "CutShortError";
}

function isCutShort(error: unknown): boolean {
  return (
    error instanceof CutShortError ||
    (error instanceof Error &&
      /aborted|ECONNRESET|premature/i.test(error.message) &&
      error.name !== "AbortError")
  );
}

function conditionOf(over: Over): BlobRequestConditions {
  return over === "nothing" ? { ifNoneMatch: "*" } : { ifMatch: over.etag };
}

function stateOf(found: BlobGetPropertiesResponse): BlobState {
  return {
    etag: known(found.etag),
    type: found.blobType ?? "BlockBlob",
    sizeBytes: found.contentLength ?? 0,
    blockCount: found.blobCommittedBlockCount ?? 0,
    metadata: found.metadata ?? {},
    contentType: found.contentType,
    lastModified: found.lastModified,
  };
}

function appended(etag: string | undefined, blockCount: string | number | undefined): Appended {
  return { etag: known(etag), blockCount: blockCount === undefined ? undefined : Number(blockCount) };
}

function known(etag: string | undefined): string {
  if (etag === undefined) throw new Error("The service answered without an ETag.");
  return etag;
}
