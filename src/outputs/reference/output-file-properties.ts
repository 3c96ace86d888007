import type { OperationOptions } from "../../core/index.js";
import type { ByteBudget, RangeOptions, TransferProgress } from "../../storage/index.js";
import type { LogDescription, TailLogOptions } from "../../tracking/index.js";

/** The properties of an output from a listing or a save, known without a request. */
export interface KnownProperties {
  readonly size?: number | undefined;
  readonly lastModified?: Date | undefined;
  readonly contentType?: string | undefined;
  readonly contentMD5?: Uint8Array | undefined;
  readonly etag?: string | undefined;
  /** The access tier of the blob: `Hot`, `Cool`, `Cold` or `Archive`; unknown for an append blob. */
  readonly accessTier?: string | undefined;
  readonly log?: LogDescription | undefined;
  /** Does not change while bytes are only appended; in quotes like an ETag. @internal */
  readonly version?: string | undefined;
}

/** All properties of an output. */
export interface OutputFileProperties extends KnownProperties {
  readonly size: number;
  readonly contentEncoding?: string;
  readonly createdOn?: Date;
  readonly metadata: Record<string, string>;
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
}

/** Options of {@link OutputFileReference.tail}. */
export type TailOptions = TailLogOptions;
