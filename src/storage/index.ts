/**
 * Bytes under blob names: clients and credentials, transfers, digests, pages of listings, and what the service's
 * refusals mean. Knows no job and no task.
 *
 * @packageDocumentation
 */
export { AppendBlobs, type BlobState, type Over } from "./append-blob.js";
export { isPassing, isWrongBlobType, isWrongVersion } from "./append-refusals.js";
export {
  containerNameOf,
  createContainerClient,
  createServiceClient,
  createServiceClientFromConnectionString,
  type StorageCredential,
} from "./blob-clients.js";
export { BlobPlace } from "./blob-place.js";
export { BlobListing, type ListPage, pageSettings, type PageStart, tokenOf } from "./blob-pages.js";
export type { ByteBudget } from "./byte-budget.js";
export {
  type ByteReader,
  type WholeContent,
  bytesInMemory,
  dataReader,
  knownSize,
  type OutputData,
} from "./byte-reader.js";
export { traceRequests } from "./direct-clients.js";
export { canSign, signBlobUrl, signContainerUrl } from "./container-sas.js";
export { contentTypeFor } from "./content-type.js";
export { sharedDownloadBudget } from "./download.js";
export { downloadInParts } from "./download-in-parts.js";
export { downloadToFile } from "./download-to-file.js";
export { forEachConcurrently } from "./for-each-concurrently.js";
export type { ListedBlob } from "./listed-blob.js";
export { linkAbort, throwIfAborted } from "./linked-abort.js";
export { checkRange, openRange, type RangeOptions, streamOf } from "./open-range.js";
export { defined, type OperationOptions, requestOptions } from "./operation-options.js";
export { redactError, redactText, redactUrl } from "./redact.js";
export {
  explainServiceError,
  isBlobMissing,
  type ServiceCall,
  serviceErrorCode,
  serviceErrorStatus,
} from "./service-error.js";
export { readSmallFile } from "./small-file.js";
export { openSourceFile } from "./source-file.js";
export {
  sharedUploadBudget,
  type TransferProgress,
  uploadBlob,
  type UploadedBlob,
  type UploadedContent,
} from "./upload.js";
export {
  fileMD5,
  type FormerBlob,
  formerBlob,
  isConditionFailure,
  isSameContent,
  onlyOver,
} from "./upload-condition.js";
