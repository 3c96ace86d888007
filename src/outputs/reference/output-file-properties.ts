import type { OperationOptions } from "../../core/index.js";
import type { RangeOptions, TransferProgress } from "../../storage/index.js";
import type { LogDescription, TailLogOptions } from "../../tracking/index.js";

/** What a listing, or a save, tells of an output without a further request. */
export interface KnownProperties {
  readonly size?: number | undefined;
  readonly lastModified?: Date | undefined;
  readonly contentType?: string | undefined;
  readonly contentMD5?: Uint8Array | undefined;
  readonly etag?: string | undefined;
  /** The access tier of the blob: `Hot`, `Cool`, `Cold` or `Archive`; unknown for an append blob. */
  readonly accessTier?: string | undefined;
  readonly log?: LogDescription | undefined;
  /** What stays the same as long as bytes are only added, in quotes as an ETag is. @internal */
  readonly version?: string | undefined;
}

/** All that the store says of an output. */
export interface OutputFileProperties extends KnownProperties {
  readonly size: number;
  readonly contentEncoding?: string;
  readonly createdOn?: Date;
  readonly metadata: Record<string, string>;
  readonly blobType?: string;
  /** Where an archived blob is being rehydrated to: `rehydrate-pending-to-hot`, -`cool` or -`cold`. */
  readonly archiveStatus?: string;
}

/** Options of the downloads of {@link OutputFileReference}. */
export interface DownloadToFileOptions extends OperationOptions {
  /** Ranges of 8 MiB under way at a time; 4 by default, which is also what bounds memory. */
  concurrency?: number | undefined;
  /** Called as bytes arrive. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** Options of {@link OutputFileReference.downloadToBuffer}. */
export type DownloadToBufferOptions = DownloadToFileOptions;

/** Options of {@link OutputFileReference.openRead}. */
export interface OpenReadOptions extends RangeOptions {
  /** Only of this {@link KnownProperties.version}; else `OutputChanged`. @internal */
  expectedVersion?: string | undefined;
}

/** Options of {@link OutputFileReference.tail}. */
export type TailOptions = TailLogOptions;
