/**
 * Blobs: clients and credentials, transfers, digests, pages of listings, and the meaning of the service's errors. Knows
 * no job and no task.
 *
 * @packageDocumentation
 */
export { parseConnectionString } from "./clients/connection-string.js";
export { AppendBlobs, type BlobState, type Over } from "./append/append-blob.js";
export { isWrongBlobType, isWrongVersion } from "./append/append-errors.js";
export type { StorageCredential } from "./clients/credentials.js";
export {
  openAccount,
  openAccountByConnectionString,
  openContainer,
  type ProgressOptions,
  type ContainerOptions,
  type StoreClientOptions,
} from "./clients/open-store.js";
export { BlobHandle } from "./blob-handle.js";
export { BlobListing, type ListPage, type PageStart } from "./listing/blob-pages.js";
export { ByteBudget } from "./memory/byte-budget.js";
export {
  type ByteReader,
  type WholeContent,
  getBytesInMemory,
  createDataReader,
  readKnownSize,
  type OutputData,
} from "./upload/byte-reader.js";
export { signBlobUrl, signContainerUrl, signDirectoryUrl } from "./clients/container-sas.js";
export { canSign } from "./clients/sign-url.js";
export { chooseContentType } from "./content-type.js";
export { splitContentEncoding } from "./encoding/content-codings.js";
export { decodeContent } from "./encoding/decode-content.js";
export type { DownloadedBlob } from "./download/blob-parts.js";
export { createDownloadBudget } from "./download/download.js";
export { downloadInParts } from "./download/download-in-parts.js";
export { downloadToFile } from "./download/download-to-file.js";
export { readInOrder } from "./download/read-in-order.js";
export { explainEncoding } from "./download/require-digest.js";
export { isFolderMarker } from "./listing/folder-marker.js";
export {
  openAccountOfClient,
  openContainerOfClient,
  createPageSettings,
  type RenewContainerUrl,
  hadUnansweredTry,
  type ListedBlob,
  loadSdk,
  requireModule,
  type StoreAccount,
  type StoreContainer,
  parseContinuationToken,
  traceRequests,
} from "./transport/index.js";
export { requireRange, openRange, type RangeOptions, createByteStream } from "./download/open-range.js";
export {
  explainServiceError,
  isAccountMissing,
  isBlobMissing,
  type ServiceCall,
  getServiceErrorCode,
  getServiceErrorStatus,
} from "./errors/service-error.js";
export { readSmallFile } from "./upload/small-file.js";
export { computeFileMD5, openSourceFile } from "./upload/source-file.js";
export {
  createUploadBudget,
  type TransferProgress,
  uploadBlob,
  type UploadedBlob,
  type UploadedContent,
} from "./upload/upload.js";
export {
  type FormerBlob,
  readFormerBlob,
  isConditionFailure,
  isSameContent,
  createOverwriteCondition,
} from "./upload/upload-condition.js";
