/**
 * Keeps what Azure Batch tasks and jobs produce, in Azure Blob Storage, by the Azure Batch File Conventions.
 *
 * Client code begins with {@link BatchOutputsClient}, task code with {@link TaskOutputStorage}.
 *
 * @packageDocumentation
 */
export {
  jobIdFromTaskUrl,
  jobOutputContainerName,
  JobOutputKind,
  type OutputAddress,
  outputBlobName,
  type OutputBlobUrl,
  outputPathFor,
  type OutputPathForOptions,
  type OutputStorageAddress,
  outputStoragePath,
  parseOutputBlobName,
  parseOutputBlobUrl,
  TaskOutputKind,
} from "./conventions/index.js";
export {
  BatchOutputsError,
  type BatchOutputsErrorCode,
  batchOutputsErrorCodes,
  type BatchOutputsErrorContext,
  isBatchOutputsError,
} from "./errors.js";
export {
  BatchOutputsClient,
  type BatchOutputsClientOptions,
  type ContentOptions,
  type DeleteOutputOptions,
  type DeleteOutputStorageOptions,
  type DownloadOutputsEntry,
  type DownloadOutputsOptions,
  type DownloadOutputsResult,
  type DownloadToBufferOptions,
  type DownloadToFileOptions,
  type GetOutputStorageContainerUrlOptions,
  type JobHandle,
  JobOutputStorage,
  type JobOutputStorageItem,
  type KnownProperties,
  type ListJobsOptions,
  type ListOutputsOptions,
  type ListTasksOptions,
  type OpenReadOptions,
  type OutputFileProperties,
  OutputFileReference,
  type OutputPage,
  OutputStorage,
  type OutputStorageOptions,
  type OverwriteMode,
  type PagedOutputs,
  type Patterns,
  type PrepareOutputStorageOptions,
  type SaveDataOptions,
  type SaveManyEntry,
  type SaveManyOptions,
  type SaveManyResult,
  type SaveOptions,
  type SaveResult,
  type SaveTextOptions,
  type SkipReason,
  type TaskHandle,
  TaskOutputStorage,
} from "./outputs/index.js";
export type {
  OperationOptions,
  OutputData,
  RangeOptions,
  StorageCredential,
  TransferProgress,
} from "./storage/index.js";
