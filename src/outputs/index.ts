/**
 * What tasks and clients do with outputs: prepare, save, list, get, download, delete.
 *
 * @packageDocumentation
 */
export {
  BatchOutputsClient,
  type BatchOutputsClientOptions,
  type DeleteOutputStorageOptions,
  type PrepareOutputStorageOptions,
} from "./account/batch-outputs-client.js";
export type {
  GetOutputStorageContainerUrlOptions,
  GetOutputUrlOptions,
  SignedUrlOptions,
} from "./account/url-options.js";
export {
  createLifecyclePolicy,
  type CreateLifecyclePolicyOptions,
  type LifecycleAction,
  lifecycleActions,
  type LifecycleRule,
} from "./lifecycle/create-lifecycle-policy.js";
export type {
  LifecycleActions,
  LifecycleFilters,
  LifecyclePolicy,
  LifecyclePolicyRule,
} from "./lifecycle/lifecycle-policy.js";
export type { ContentOptions } from "./options/content-options.js";
export { type OverwriteMode, requireTransferOptions } from "./options/transfer-options.js";
export {
  type DownloadOutputsEntry,
  type DownloadOutputsOptions,
  type DownloadOutputsResult,
  downloadPlanned,
  formatLocalPath,
  type PlannedDownload,
  planDownloads,
} from "./fetch/download-outputs.js";
export { createEntraIdCredential } from "./scope/environment.js";
export type { FoundFile, SkipReason } from "./save/find-source-files.js";
export { type JobHandle, parseJobHandle, type TaskHandle, parseTaskHandle } from "./scope/handles.js";
export { fetchJobId } from "./account/job-container.js";
export { JobOutputStorage } from "./storages/job-output-storage.js";
export type { JobOutputStorageItem, ListJobsOptions } from "./account/list-jobs.js";
export type { FindOutputsOptions } from "./list/find-outputs.js";
export { type OutputTier, outputTiers, type SetTierOptions } from "./reference/output-tier.js";
export type { ListOutputsOptions } from "./list/list-outputs.js";
export type { ListTasksOptions } from "./list/list-task-ids.js";
export type { DeleteOutputConditions, DeleteOutputOptions } from "./reference/delete-output.js";
export type {
  DownloadToBufferOptions,
  DownloadToFileOptions,
  KnownProperties,
  OpenReadOptions,
  OutputFileProperties,
  TailOptions,
} from "./reference/output-file-properties.js";
export type { OutputStorageOptions } from "./scope/open-scope.js";
export { LocalNames } from "./fetch/local-names.js";
export { OutputFileReference } from "./reference/output-file-reference.js";
export type { OutputTail } from "./reference/output-tail.js";
export { OutputStorage } from "./storages/output-storage.js";
export { type OutputPage, createPagedOutputs, type PagedOutputs } from "./paging/paged-outputs.js";
export { createPathFilter, parsePatterns, type Patterns } from "./options/path-filter.js";
export type { SaveDataOptions, SaveTextOptions } from "./save/save-data.js";
export type { SaveOptions } from "./save/save-file.js";
export type { DeleteRunsOptions, ListRunsOptions } from "./runs/list-runs.js";
export { type RecordedRun, RunRecordWriter, type RecordRunOptions } from "./runs/run-record-writer.js";
export { createBatchRunId } from "./runs/run-name.js";
export {
  mergeTaskRuns,
  type TaskRunResult,
  getTaskRunResult,
  hasFailedToSave,
} from "./runs/merge-task-runs.js";
export type {
  TaskRun,
  TaskRunDetails,
  TaskRunFailure,
  TaskRunSaved,
  TaskRunSaveFailures,
  TaskRunSource,
  TaskRunState,
} from "./runs/task-run.js";
export { logger } from "./scope/logger.js";
export { perform, type PerformedCall } from "./scope/perform.js";
export { planNamedFiles, planSaveMany } from "./save/plan-save-many.js";
export {
  combineProgress,
  type SaveManyEntry,
  type SaveManyOptions,
  type SaveManyResult,
} from "./save/save-many.js";
export type { SaveTrackedOptions } from "./save/save-tracked.js";
export { TaskOutputStorage } from "./storages/task-output-storage.js";
export type { SaveResult } from "./save/write-output.js";
export {
  ByteBudget,
  decodeContent,
  isFolderMarker,
  splitContentEncoding,
  requireRange,
  type ListPage,
  type RangeOptions,
  type StoreContainer,
  createByteStream,
  type TransferProgress,
} from "../storage/index.js";
export { Arrivals, type LineTimes } from "../tracking/index.js";
