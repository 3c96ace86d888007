import type { Readable } from "node:stream";
import type {
  BlobGetPropertiesResponse,
  BlockBlobCommitBlockListOptions,
  BlockBlobStageBlockOptions,
  BlockBlobUploadOptions,
} from "@azure/storage-blob";
import type { OperationOptions } from "../../../core/index.js";
import type { ListedBlob } from "./listed-blob.js";
import type { RangeAnswer } from "./range-answer.js";

/**
 * Sends the frequent requests, for the blobs of one container. The implementations differ in how they send them. All
 * repeat requests after transient errors, and throw the errors of the storage SDK.
 */
export interface BlobTransport {
  /** Put Blob: writes a whole block blob. */
  putBlob(name: string, body: Uint8Array, options: BlockBlobUploadOptions): Promise<WrittenBlob>;
  /** Put Block: uploads one block of a block blob, to be committed later. */
  putBlock(name: string, id: string, body: Uint8Array, options: BlockBlobStageBlockOptions): Promise<void>;
  /** Put Block List: commits uploaded blocks as a block blob. */
  putBlockList(
    name: string,
    ids: readonly string[],
    options: BlockBlobCommitBlockListOptions,
  ): Promise<WrittenBlob>;
  /** Get Blob Properties. */
  getProperties(name: string, options: OperationOptions): Promise<BlobProperties>;
  /** Append Block, at this position of this version only. */
  appendBlock(
    name: string,
    body: Uint8Array,
    at: AppendPoint,
    options: OperationOptions,
  ): Promise<AppendedBlock>;
  /** Get Blob: reads a range into the target, which is as long as the range. */
  readRange(
    name: string,
    offset: number,
    target: Uint8Array,
    options: RangeRequestOptions,
  ): Promise<RangeRead>;
  /**
   * Get Blob: opens a range, which ends with the blob if `count` is omitted. If the connection breaks, the caller must
   * resume.
   */
  openRange(
    name: string,
    offset: number,
    count: number | undefined,
    options: RangeRequestOptions,
  ): Promise<OpenedRange>;
  /** List Blobs: opens a listing of the blobs with this prefix. */
  openListing(prefix: string): BlobPages;
}

/** The answer to a write. */
export interface WrittenBlob {
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
}

/** The properties of a blob. Names of metadata are in lower case, as in HTTP headers. */
export type BlobProperties = Pick<
  BlobGetPropertiesResponse,
  | "accessTier"
  | "archiveStatus"
  | "blobCommittedBlockCount"
  | "blobType"
  | "contentEncoding"
  | "contentLength"
  | "contentMD5"
  | "contentType"
  | "createdOn"
  | "etag"
  | "lastModified"
  | "metadata"
>;

/** The position and the version of the blob that an append requires. Otherwise the service refuses it with 412. */
export interface AppendPoint {
  readonly position: number;
  readonly etag: string;
}

/** The answer to an append. */
export interface AppendedBlock {
  readonly etag: string;
  readonly blockCount: number | undefined;
}

/** The version of the blob to read. */
export interface RangeRequestOptions extends OperationOptions {
  /** Any version by default. The service answers 412 if it has another version. */
  readonly ifMatch?: string | undefined;
}

/** The result of reading a range. */
export interface RangeRead {
  readonly answer: RangeAnswer;
  /** The bytes, at the start of the target. */
  readonly bytes: Uint8Array;
  /** The number of bytes that the answer announced; larger than the number of bytes read if the connection broke. */
  readonly dueBytes: number;
  /** The error that interrupted the read. */
  readonly brokenBy?: Error | undefined;
}

/** A range whose bytes are still being received. */
export interface OpenedRange {
  readonly answer: RangeAnswer;
  readonly body: Readable;
  readonly dueBytes: number;
}

/** A listing that is read page by page. The layout of one page is used to parse the next one faster. */
export interface BlobPages {
  readPage(query: PageQuery, options: OperationOptions): Promise<ListedPage>;
}

/** The position and kind of a page. */
export interface PageQuery {
  /** Groups the names at the first delimiter after the prefix. The blobs of the page are those without it. */
  readonly delimiter?: string | undefined;
  readonly continuationToken?: string | undefined;
  readonly maxPageSize?: number | undefined;
  /** Whether the page is read ahead: the request then does not keep the process alive. */
  readonly isPrefetch?: boolean | undefined;
}

/** A page of a listing. */
export interface ListedPage {
  /** The blobs with their metadata. Can be iterated once. */
  readonly items: Iterable<ListedBlob>;
  /** The items that have metadata. */
  readonly described: readonly ListedBlob[];
  /** The groups of names, if the listing has a delimiter. */
  readonly prefixes: readonly string[];
  readonly continuationToken: string | undefined;
}
