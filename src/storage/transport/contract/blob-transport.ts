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
 * The requests of which a job makes thousands, on the blobs of one container. How they are sent is up to the
 * implementation; all of them repeat what is transient, and fail with the errors of the storage SDK.
 */
export interface BlobTransport {
  /** Put Blob: writes a whole block blob. */
  putBlob(name: string, body: Uint8Array, options: BlockBlobUploadOptions): Promise<WrittenBlob>;
  /** Put Block: uploads one block of a block blob, to be committed later. */
  putBlock(name: string, id: string, body: Uint8Array, options: BlockBlobStageBlockOptions): Promise<void>;
  /** Put Block List: makes a block blob of blocks that were uploaded. */
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
  /** Get Blob: opens a range, up to the blob's end without `count`. The body may break; nothing resumes it here. */
  openRange(
    name: string,
    offset: number,
    count: number | undefined,
    options: RangeRequestOptions,
  ): Promise<OpenedRange>;
  /** List Blobs: begins a listing of the blobs whose names begin with the prefix. */
  openListing(prefix: string): BlobPages;
}

/** What the service says of a write. */
export interface WrittenBlob {
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
}

/** What the service says of a blob. Names of metadata are in lower case, as HTTP gives them. */
export type BlobProperties = Pick<
  BlobGetPropertiesResponse,
  | "accessTier"
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

/** Where an append has to begin, and on which version of the blob: otherwise the service refuses it with 412. */
export interface AppendPoint {
  readonly position: number;
  readonly etag: string;
}

/** What an append made of the blob. */
export interface AppendedBlock {
  readonly etag: string;
  readonly blockCount: number | undefined;
}

/** Which version of the blob is to be read. */
export interface RangeRequestOptions extends OperationOptions {
  /** Any version by default. The service answers 412 when it has another one. */
  readonly ifMatch?: string | undefined;
}

/** What a read of a range gave. */
export interface RangeRead {
  readonly answer: RangeAnswer;
  /** The bytes, in the target from its start on. */
  readonly bytes: Uint8Array;
  /** How many bytes the answer announced: more than there are when the connection broke. */
  readonly dueBytes: number;
  /** Why bytes are missing. */
  readonly brokenBy?: Error | undefined;
}

/** A range whose bytes still come. */
export interface OpenedRange {
  readonly answer: RangeAnswer;
  readonly body: Readable;
  readonly dueBytes: number;
}

/** A listing that is read page by page. What one page shows of the blobs' layout speeds up the next one. */
export interface BlobPages {
  page(query: PageQuery, options: OperationOptions): Promise<ListedPage>;
}

/** Which page of a listing. */
export interface PageQuery {
  /** Cuts the names after the first of these that follows the prefix: the page then has prefixes and no blobs. */
  readonly delimiter?: string | undefined;
  readonly continuationToken?: string | undefined;
  readonly maxPageSize?: number | undefined;
  /** Whether nobody waits for the page yet: then asking for it does not keep the process alive. */
  readonly isAhead?: boolean | undefined;
}

/** A page of a listing. */
export interface ListedPage {
  /** The blobs with their metadata. Can be gone through once. */
  readonly items: Iterable<ListedBlob>;
  /** Those of the items that have metadata. */
  readonly described: readonly ListedBlob[];
  /** Beginnings of names, where the listing cuts them at a delimiter. */
  readonly prefixes: readonly string[];
  readonly continuationToken: string | undefined;
}
