import type { OperationOptions } from "../../core/index.js";
import type { ByteBudget, RangeOptions, TransferProgress } from "../../storage/index.js";
import type { LogDescription, TailLogOptions } from "../../tracking/index.js";

/** The properties of an output from a listing or a save, known without a request. */
export interface KnownProperties {
  /** The size in bytes; of a log in several blobs, of all of them. */
  readonly size?: number | undefined;
  /** When the output was last written. */
  readonly lastModified?: Date | undefined;
  /** The content type, such as `text/csv`. */
  readonly contentType?: string | undefined;
  /** The MD5 that was stored with the output; logs that were tracked have none. */
  readonly contentMD5?: Uint8Array | undefined;
  /** The ETag of the output's version, for `conditions`. */
  readonly etag?: string | undefined;
  /** The access tier of the blob: `Hot`, `Cool`, `Cold` or `Archive`; unknown for an append blob. */
  readonly accessTier?: string | undefined;
  /** For a tracked log: which attempt it is of, and in how many parts it is stored. */
  readonly log?: LogDescription | undefined;
  /** Does not change while bytes are only appended; in quotes like an ETag. @internal */
  readonly version?: string | undefined;
}

/** All properties of an output. */
export interface OutputFileProperties extends KnownProperties {
  /** The size in bytes; of a log in several blobs, of all of them. */
  readonly size: number;
  /** The content encoding, such as `gzip`, with which the output was saved. */
  readonly contentEncoding?: string;
  /** When the blob was created. */
  readonly createdOn?: Date;
  /** The metadata of the blob. */
  readonly metadata: Record<string, string>;
  /** `BlockBlob`, or `AppendBlob` for a tracked log. */
  readonly blobType?: string;
  /** The tier to which an archived blob is being rehydrated: `rehydrate-pending-to-hot`, -`cool` or -`cold`. */
  readonly archiveStatus?: string;
}

/** Options of the downloads of {@link OutputFileReference}. */
export interface DownloadToFileOptions extends OperationOptions {
  /** The maximum number of concurrent ranges of 8 MiB; 4 by default, which also limits memory. */
  concurrency?: number | undefined;
  /** Called as bytes arrive. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** Options of {@link OutputFileReference.downloadToBuffer}. */
export type DownloadToBufferOptions = DownloadToFileOptions;

/** Options of {@link OutputFileReference.openRead}. */
export interface OpenReadOptions extends RangeOptions {
  /** Read only this {@link KnownProperties.version}; otherwise `OutputChanged`. @internal */
  expectedVersion?: string | undefined;
}

/** Options of `OutputFileReference.readChunks`. @internal */
export interface ReadChunksOptions extends OperationOptions {
  /** The memory that concurrent readings share; each needs at least 8 MiB of it to make progress. */
  readonly budget: ByteBudget;
  /** The maximum number of chunks of 8 MiB that this reading has of it; 4 by default. */
  readonly concurrency?: number | undefined;
  /** Maximum number of bytes; all by default. */
  readonly maxBytes?: number | undefined;
  /** Called before the first bytes, with the content encoding. */
  readonly onStart?: ((started: { readonly contentEncoding: string | undefined }) => void) | undefined;
}

/** Options of {@link OutputFileReference.tail}. */
export type TailOptions = TailLogOptions;
