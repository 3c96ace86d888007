/**
 * What tasks and clients do with outputs: prepare, save, list, get, download, delete.
 *
 * @packageDocumentation
 */
export {
  BatchOutputsClient,
  type BatchOutputsClientOptions,
  type DeleteOutputStorageOptions,
  type GetOutputStorageContainerUrlOptions,
  type GetOutputUrlOptions,
  type PrepareOutputStorageOptions,
} from "./batch-outputs-client.js";
export { checkTransferOptions, type ContentOptions, type OverwriteMode } from "./content-options.js";
export {
  type DownloadOutputsEntry,
  type DownloadOutputsOptions,
  type DownloadOutputsResult,
  type PlannedDownload,
  plannedDownloads,
} from "./download-outputs.js";
export { entraIdCredential } from "./environment.js";
export type { FoundFile, SkipReason } from "./find-source-files.js";
export { type JobHandle, jobIdOf, type TaskHandle, taskIdOf } from "./handles.js";
export { jobIdIn } from "./job-container.js";
export { JobOutputStorage } from "./job-output-storage.js";
export type { JobOutputStorageItem, ListJobsOptions } from "./list-jobs.js";
export type { ListOutputsOptions, ListTasksOptions } from "./list-outputs.js";
export type {
  DeleteOutputOptions,
  DownloadToBufferOptions,
  DownloadToFileOptions,
  KnownProperties,
  OpenReadOptions,
  OutputFileProperties,
  TailOptions,
} from "./output-file-properties.js";
export type { OutputStorageOptions } from "./open-scope.js";
export { LocalNames } from "./local-names.js";
export { OutputFileReference } from "./output-file-reference.js";
export type { OutputTail } from "./output-tail.js";
export { OutputStorage } from "./output-storage.js";
export { type OutputPage, paged, type PagedOutputs } from "./paged.js";
export { pathFilter, patternList, type Patterns } from "./path-filter.js";
export type { SaveDataOptions, SaveTextOptions } from "./save-data.js";
export type { SaveOptions } from "./save-file.js";
export { traced } from "./perform.js";
export {
  planSaveMany,
  progressOfAll,
  type SaveManyEntry,
  type SaveManyOptions,
  type SaveManyResult,
} from "./save-many.js";
export type { SaveTrackedOptions } from "./save-tracked.js";
export { TaskOutputStorage } from "./task-output-storage.js";
export type { SaveResult } from "./write-output.js";
export {
  requireRange,
  type ListPage,
  type RangeOptions,
  createByteStream,
  type TransferProgress,
} from "../storage/index.js";
