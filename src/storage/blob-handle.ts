import type {
  BlobGetPropertiesOptions,
  BlobGetPropertiesResponse,
  BlockBlobClient,
  BlockBlobCommitBlockListOptions,
  BlockBlobStageBlockOptions,
  BlockBlobUploadOptions,
  ContainerClient,
} from "@azure/storage-blob";
import { type BlobTransport, openTransport, type WrittenBlob } from "./transport/index.js";

/** The part of a block blob's client that an upload needs. */
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

/** A blob by its name. The SDK's client is created on first use, because that takes longer than a small upload. */
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

  /** The transport of the blob's container. */
  get transport(): BlobTransport {
    return openTransport(this.container);
  }

  upload(body: Uint8Array, _length: number, options: BlockBlobUploadOptions): Promise<WrittenBlob> {
    return this.transport.putBlob(this.name, body, options);
  }

  stageBlock(
    id: string,
    body: Uint8Array,
    _length: number,
    options: BlockBlobStageBlockOptions,
  ): Promise<unknown> {
    return this.transport.putBlock(this.name, id, body, options);
  }

  async commitBlockList(ids: string[], options: BlockBlobCommitBlockListOptions): Promise<WrittenBlob> {
    return await this.client.commitBlockList(ids, options);
  }

  async getProperties(options: BlobGetPropertiesOptions): Promise<BlobGetPropertiesResponse> {
    return await this.client.getProperties(options);
  }
}
