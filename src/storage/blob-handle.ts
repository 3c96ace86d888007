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
import type { Header } from "./transport/direct/common-headers.js";
import { type DirectRequest, sendDirectly } from "./transport/direct/direct-requests.js";
import type { HttpAnswer } from "./transport/direct/http-answer.js";
import { copyText } from "./transport/direct/copy-text.js";

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
export class BlobHandle implements BlockBlobWriter {
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

  upload(body: Uint8Array, length: number, options: BlockBlobUploadOptions): Promise<WrittenBlob> {
    const bySdk = (abortSignal = options.abortSignal): Promise<WrittenBlob> =>
      this.client.upload(body, length, { ...options, ...(abortSignal && { abortSignal }) });
    const headers = this.#headersOf(options);
    if (headers === undefined) return bySdk();
    const request = { method: "PUT", blobName: this.name, headers, body, expectedStatus: 201 } as const;
    return sendDirectly(this.container, request, options.abortSignal, writtenBlob, bySdk);
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
  #headersOf({
    blobHTTPHeaders,
    metadata,
    tags,
    tier,
    conditions,
  }: BlockBlobUploadOptions): Header[] | undefined {
    if (tags !== undefined) return undefined;
    const headers: Header[] = [["x-ms-blob-type", "BlockBlob"]];
    if (tier !== undefined) headers.push(["x-ms-access-tier", tier]);
    if (blobHTTPHeaders !== undefined) pushContentHeaders(headers, blobHTTPHeaders);
    if (conditions !== undefined) {
      const { ifMatch, ifNoneMatch, ...others } = conditions;
      if (Object.keys(others).length > 0) return undefined;
      if (ifMatch !== undefined) headers.push(["if-match", ifMatch]);
      if (ifNoneMatch !== undefined) headers.push(["if-none-match", ifNoneMatch]);
    }
    if (metadata !== undefined) {
      // Their order counts in what a key signs, and is not that of their characters.
      if (this.container.credential instanceof StorageSharedKeyCredential) return undefined;
      for (const name of Object.keys(metadata)) headers.push([`x-ms-meta-${name}`, metadata[name] ?? ""]);
    }
    return headers;
  }
}

function pushContentHeaders(headers: Header[], given: BlobHTTPHeaders): void {
  const md5 = given.blobContentMD5;
  if (md5 !== undefined) headers.push(["x-ms-blob-content-md5", base64(md5)]);
  for (const [name, member] of contentHeaders) {
    const value = given[member];
    if (value !== undefined) headers.push([name, value]);
  }
}

const contentHeaders = [
  ["x-ms-blob-content-type", "blobContentType"],
  ["x-ms-blob-content-encoding", "blobContentEncoding"],
  ["x-ms-blob-content-language", "blobContentLanguage"],
  ["x-ms-blob-content-disposition", "blobContentDisposition"],
  ["x-ms-blob-cache-control", "blobCacheControl"],
] as const;

/** Not by the array's own buffer: to ask for it would give a small array one. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function writtenBlob(answer: HttpAnswer): WrittenBlob {
  return { etag: copyText(answer.header("etag")), lastModified: answer.date("last-modified") };
}
