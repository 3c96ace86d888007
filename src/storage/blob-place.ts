import type {
  BlobGetPropertiesOptions,
  BlobGetPropertiesResponse,
  BlobHTTPHeaders,
  BlockBlobClient,
  BlockBlobCommitBlockListOptions,
  BlockBlobStageBlockOptions,
  BlockBlobUploadOptions,
  ContainerClient,
} from "@azure/storage-blob";
import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { type DirectRequest, sendDirectly } from "./direct-route.js";
import type { HttpAnswer } from "./http-answer.js";

/** What the service says of a write. */
export interface WrittenBlob {
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
}

/** What an upload needs of a block blob's client. */
export interface BlockBlobWriter {
  upload(body: Uint8Array, length: number, options: BlockBlobUploadOptions): Promise<WrittenBlob>;
  stageBlock(
    id: string,
    body: Uint8Array,
    length: number,
    options: BlockBlobStageBlockOptions,
  ): Promise<unknown>;
  commitBlockList(ids: string[], options: BlockBlobCommitBlockListOptions): Promise<WrittenBlob>;
  getProperties(options: BlobGetPropertiesOptions): Promise<BlobGetPropertiesResponse>;
}

/**
 * A blob by its name. The two requests of an upload that are made most go past the SDK where that is possible; its client
 * for the blob, which costs more to make than a small upload, is made when it is needed.
 */
export class BlobPlace implements BlockBlobWriter {
  readonly container: ContainerClient;
  readonly name: string;
  #client: BlockBlobClient | undefined;

  constructor(container: ContainerClient, name: string) {
    this.container = container;
    this.name = name;
  }

  /** The SDK's client. */
  get client(): BlockBlobClient {
    return (this.#client ??= this.container.getBlockBlobClient(this.name));
  }

  async upload(body: Uint8Array, length: number, options: BlockBlobUploadOptions): Promise<WrittenBlob> {
    const bySdk = async (abortSignal = options.abortSignal): Promise<WrittenBlob> =>
      await this.client.upload(body, length, { ...options, ...(abortSignal && { abortSignal }) });
    const headers = this.#headersOf(options);
    if (headers === undefined) return await bySdk();
    const request = { method: "PUT", blobName: this.name, headers, body, expectedStatus: 201 } as const;
    return await sendDirectly(this.container, request, options.abortSignal, writtenBlob, bySdk);
  }

  async stageBlock(
    id: string,
    body: Uint8Array,
    length: number,
    options: BlockBlobStageBlockOptions,
  ): Promise<unknown> {
    const request: DirectRequest = {
      method: "PUT",
      blobName: this.name,
      query: `comp=block&blockid=${encodeURIComponent(id)}`,
      headers: [],
      body,
      expectedStatus: 201,
    };
    return await sendDirectly<unknown>(
      this.container,
      request,
      options.abortSignal,
      (answer) => answer,
      async (abortSignal) =>
        await this.client.stageBlock(id, body, length, { ...options, ...(abortSignal && { abortSignal }) }),
    );
  }

  async commitBlockList(ids: string[], options: BlockBlobCommitBlockListOptions): Promise<WrittenBlob> {
    return await this.client.commitBlockList(ids, options);
  }

  async getProperties(options: BlobGetPropertiesOptions): Promise<BlobGetPropertiesResponse> {
    return await this.client.getProperties(options);
  }

  /** `undefined` for options that the SDK has to put into words. */
  #headersOf({ blobHTTPHeaders = {}, metadata = {}, tags, tier, conditions = {} }: BlockBlobUploadOptions) {
    const { ifMatch, ifNoneMatch, ...otherConditions } = conditions;
    if (tags !== undefined || Object.keys(otherConditions).length > 0) return;
    const pairs = Object.entries(metadata);
    // Their order counts in what a key signs, and is not that of their characters.
    if (pairs.length > 0 && this.container.credential instanceof StorageSharedKeyCredential) return;
    const headers: [name: string, value: string | undefined][] = [
      ["x-ms-blob-type", "BlockBlob"],
      ["x-ms-access-tier", tier],
      ["if-match", ifMatch],
      ["if-none-match", ifNoneMatch],
      ...contentHeaders(blobHTTPHeaders),
      ...pairs.map(([name, value]): [string, string] => [`x-ms-meta-${name}`, value]),
    ];
    return headers.filter((header): header is [string, string] => header[1] !== undefined);
  }
}

function contentHeaders(headers: BlobHTTPHeaders): [name: string, value: string | undefined][] {
  const md5 = headers.blobContentMD5;
  return [
    ["x-ms-blob-content-type", headers.blobContentType],
    ["x-ms-blob-content-encoding", headers.blobContentEncoding],
    ["x-ms-blob-content-language", headers.blobContentLanguage],
    ["x-ms-blob-content-disposition", headers.blobContentDisposition],
    ["x-ms-blob-cache-control", headers.blobCacheControl],
    ["x-ms-blob-content-md5", md5 && Buffer.from(md5).toString("base64")],
  ];
}

function writtenBlob(answer: HttpAnswer): WrittenBlob {
  const lastModified = answer.header("last-modified");
  return {
    etag: answer.header("etag"),
    lastModified: lastModified === undefined ? undefined : new Date(lastModified),
  };
}
