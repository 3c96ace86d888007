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
  type PrepareOutputStorageOptions,
} from "./batch-outputs-client.js";
export type { ContentOptions, OverwriteMode } from "./content-options.js";
export type {
  DownloadOutputsEntry,
  DownloadOutputsOptions,
  DownloadOutputsResult,
} from "./download-outputs.js";
export type { SkipReason } from "./find-source-files.js";
export type { JobHandle, TaskHandle } from "./handles.js";
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
} from "./output-file-properties.js";
export { OutputFileReference } from "./output-file-reference.js";
export { OutputStorage, type OutputStorageOptions } from "./output-storage.js";
export type { OutputPage, PagedOutputs } from "./paged.js";
export type { Patterns } from "./path-filter.js";
export type { SaveDataOptions, SaveTextOptions } from "./save-data.js";
export type { SaveOptions } from "./save-file.js";
export type { SaveManyEntry, SaveManyOptions, SaveManyResult } from "./save-many.js";
export { TaskOutputStorage } from "./task-output-storage.js";
export type { SaveResult } from "./write-output.js";
