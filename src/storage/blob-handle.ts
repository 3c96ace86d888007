import type {
  BlobGetPropertiesOptions,
  BlockBlobClient,
  BlockBlobCommitBlockListOptions,
  BlockBlobStageBlockOptions,
  BlockBlobUploadOptions,
} from "@azure/storage-blob";
import type { OperationOptions } from "../core/index.js";
import {
  type BlobProperties,
  type BlobTransport,
  openTransport,
  type StoreContainer,
  type WrittenBlob,
} from "./transport/index.js";

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
  getProperties(options: BlobGetPropertiesOptions): Promise<BlobProperties>;
}

/** A blob by its name. The SDK's client is created on first use, because that takes longer than a small upload. */
export class BlobHandle implements BlockBlobWriter {
  readonly container: StoreContainer;
  readonly name: string;
  #client: BlockBlobClient | undefined;

  constructor(container: StoreContainer, name: string) {
    this.container = container;
    this.name = name;
  }

  /** The SDK's client, for synchronous members. */
  get client(): BlockBlobClient {
    return (this.#client ??= this.container.client.getBlockBlobClient(this.name));
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

  commitBlockList(ids: string[], options: BlockBlobCommitBlockListOptions): Promise<WrittenBlob> {
    return this.transport.putBlockList(this.name, ids, options);
  }

  getProperties(options: OperationOptions): Promise<BlobProperties> {
    return this.transport.getProperties(this.name, options);
  }
}
