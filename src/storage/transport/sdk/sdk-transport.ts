import { Readable } from "node:stream";
import type {
  BlobDownloadResponseParsed,
  BlobItem,
  BlockBlobCommitBlockListOptions,
  BlockBlobStageBlockOptions,
  BlockBlobUploadOptions,
  ContainerClient,
} from "@azure/storage-blob";
import {
  BatchOutputsError,
  omitUndefined,
  type OperationOptions,
  readWithTimeout,
  pickRequestOptions,
} from "../../../core/index.js";
import type {
  AppendedBlock,
  AppendPoint,
  BlobPages,
  BlobProperties,
  BlobTransport,
  ListedPage,
  OpenedRange,
  PageQuery,
  RangeRead,
  RangeRequestOptions,
  WrittenBlob,
} from "../contract/blob-transport.js";
import type { StoreContainer } from "../contract/store-container.js";
import { toListedBlob } from "../contract/listed-blob.js";
import { isRequestedRange, readTotalBytes } from "../contract/range-answer.js";
import { rereadWhileModified } from "./reread-while-modified.js";

/** Sends everything with the storage SDK. */
export class SdkTransport implements BlobTransport {
  readonly #container: StoreContainer;

  constructor(container: StoreContainer) {
    this.#container = container;
  }

  async putBlob(name: string, body: Uint8Array, options: BlockBlobUploadOptions): Promise<WrittenBlob> {
    const client = await this.#container.loadClient();
    return await client.getBlockBlobClient(name).upload(body, body.length, options);
  }

  async putBlock(
    name: string,
    id: string,
    body: Uint8Array,
    options: BlockBlobStageBlockOptions,
  ): Promise<void> {
    const client = await this.#container.loadClient();
    await client.getBlockBlobClient(name).stageBlock(id, body, body.length, options);
  }

  async putBlockList(
    name: string,
    ids: readonly string[],
    options: BlockBlobCommitBlockListOptions,
  ): Promise<WrittenBlob> {
    const client = await this.#container.loadClient();
    return await client.getBlockBlobClient(name).commitBlockList([...ids], options);
  }

  async getProperties(name: string, options: OperationOptions): Promise<BlobProperties> {
    const client = await this.#container.loadClient();
    return await client.getBlobClient(name).getProperties(pickRequestOptions(options));
  }

  async appendBlock(
    name: string,
    body: Uint8Array,
    at: AppendPoint,
    options: OperationOptions,
  ): Promise<AppendedBlock> {
    const client = await this.#container.loadClient();
    const { etag, blobCommittedBlockCount } = await client
      .getAppendBlobClient(name)
      .appendBlock(body, body.length, {
        ...pickRequestOptions(options),
        conditions: { appendPosition: at.position, ifMatch: at.etag },
      });
    return { etag: requireETag(etag), blockCount: blobCommittedBlockCount };
  }

  async readRange(
    name: string,
    offset: number,
    target: Uint8Array,
    options: RangeRequestOptions,
  ): Promise<RangeRead> {
    const { answer, body } = await this.openRange(name, offset, target.length, options);
    const dueBytes = Math.min(target.length, readTotalBytes(answer) - offset);
    let receivedBytes = 0;
    const read = (brokenBy?: Error): RangeRead => {
      return { answer, bytes: target.subarray(0, receivedBytes), dueBytes, brokenBy };
    };
    try {
      for await (const chunk of this.#watch(body)) {
        if (receivedBytes + chunk.length > dueBytes) throw createOtherBytesError();
        target.set(chunk, receivedBytes);
        receivedBytes += chunk.length;
      }
      return read();
    } catch (error) {
      if (error instanceof BatchOutputsError || options.abortSignal?.aborted === true) throw error;
      return read(
        error instanceof Error ? error : new Error("The body of the answer failed.", { cause: error }),
      );
    }
  }

  async openRange(
    name: string,
    offset: number,
    count: number | undefined,
    { ifMatch, ...options }: RangeRequestOptions,
  ): Promise<OpenedRange> {
    const client = await this.#container.loadClient();
    const blob = client.getBlobClient(name);
    const request = {
      ...pickRequestOptions(options),
      ...(ifMatch !== undefined && { conditions: { ifMatch } }),
      // Resuming by the SDK is disabled, because it treats every broken connection as an abort by the caller.
      maxRetryRequests: 0,
    };
    const answer = await rereadWhileModified(
      async () => await blob.download(offset, count, request),
      options.abortSignal,
    );
    const body = getBody(answer);
    // The stream may fail before it is read. Its reader gets the error; this listener only keeps it from ending the
    // process.
    body.on("error", () => undefined);
    requireRequestedRange(answer, offset, count, body);
    return { answer, body, dueBytes: answer.contentLength ?? 0 };
  }

  openListing(prefix: string): BlobPages {
    const container = this.#container;
    return {
      readPage: async (query, options) => {
        const { delimiter } = query;
        const client = await container.loadClient();
        return delimiter === undefined
          ? await readFlatPage(client, prefix, query, options)
          : await readGroupedPage(client, prefix, delimiter, query, options);
      },
    };
  }

  #watch(body: Readable): AsyncIterable<Uint8Array> {
    return readWithTimeout(body, this.#container.access.limits.progressTimeoutInMs);
  }
}

async function readFlatPage(
  container: ContainerClient,
  prefix: string,
  query: PageQuery,
  options: OperationOptions,
): Promise<ListedPage> {
  const asked = { prefix, includeMetadata: true, ...pickRequestOptions(options) };
  const found = await readFirstPage(container.listBlobsFlat(asked).byPage(createPageSettings(query)));
  return createPage(found.segment.blobItems, [], found.continuationToken);
}

async function readGroupedPage(
  container: ContainerClient,
  prefix: string,
  delimiter: string,
  query: PageQuery,
  options: OperationOptions,
): Promise<ListedPage> {
  const asked = { prefix, includeMetadata: true, ...pickRequestOptions(options) };
  const found = await readFirstPage(
    container.listBlobsByHierarchy(delimiter, asked).byPage(createPageSettings(query)),
  );
  const prefixes = found.segment.blobPrefixes?.map(({ name }) => name) ?? [];
  return createPage(found.segment.blobItems, prefixes, found.continuationToken);
}

function createPage(
  blobs: readonly BlobItem[],
  prefixes: readonly string[],
  continuationToken: string | undefined,
): ListedPage {
  const items = blobs.map(toListedBlob);
  const described = items.filter(({ metadata }) => metadata !== undefined);
  return { items, described, prefixes, continuationToken: parseContinuationToken(continuationToken) };
}

/** A listing has at least one page, which may be empty. */
async function readFirstPage<T>(pages: AsyncIterator<T, unknown>): Promise<T> {
  const page = await pages.next();
  if (page.done === true) throw new Error("The storage SDK returned a listing without a page.");
  return page.value;
}

/** Returns the SDK's settings for one page. */
export function createPageSettings(query: Pick<PageQuery, "continuationToken" | "maxPageSize">): {
  continuationToken?: string;
  maxPageSize?: number;
} {
  return omitUndefined({ continuationToken: query.continuationToken, maxPageSize: query.maxPageSize });
}

/** Returns `undefined` for an empty token, which the service sends with the last page. */
export function parseContinuationToken(token: string | undefined): string | undefined {
  return token === "" ? undefined : token;
}

/** Requires an ETag: the service returns one for every write and read. */
export function requireETag(etag: string | undefined): string {
  if (etag === undefined) throw new Error("The service answered without an ETag.");
  return etag;
}

/**
 * Throws unless the answer contains the requested range: a proxy or store may ignore the range, or remove its headers.
 */
function requireRequestedRange(
  answer: BlobDownloadResponseParsed,
  offset: number,
  count: number | undefined,
  body: Readable,
): void {
  const { contentLength = 0, _response } = answer;
  const isWhole = _response.status === 200 && offset === 0 && contentLength <= (count ?? contentLength);
  if (isWhole || isRequestedRange(answer, offset, count, contentLength)) return;
  body.destroy();
  throw createOtherBytesError();
}

function createOtherBytesError(): BatchOutputsError {
  return new BatchOutputsError(
    "DigestMismatch",
    "The store did not send the requested range. If this happens again, a proxy between this machine and the store does not support ranges.",
    { hint: { action: "try-again" } },
  );
}

function getBody(answer: BlobDownloadResponseParsed): Readable {
  return answer.readableStreamBody instanceof Readable ? answer.readableStreamBody : Readable.from([]);
}
