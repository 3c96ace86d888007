/**
 * Functions for Azure Batch: output files, the environment of tasks, and saving from nodes.
 *
 * @packageDocumentation
 */
export {
  BatchAccountClient,
  type ListBatchOptions,
  type ListTaskFilesOptions,
} from "./account/batch-account-client.js";
export type {
  BatchJobExecutionInfo,
  BatchJobInfo,
  BatchTaskExecutionInfo,
  BatchTaskFailureDetail,
  BatchTaskFailureInfo,
  BatchTaskInfo,
  BatchTaskNodeInfo,
  NodeFileInfo,
} from "./account/batch-records.js";
export type { BatchAccountClientOptions, BatchCredential } from "./account/batch-requests.js";
export {
  type EnvironmentSetting,
  outputEnvironmentSettings,
  type OutputEnvironmentSettingsOptions,
} from "./environment/output-environment-settings.js";
export {
  type OutputFile,
  outputFile,
  type OutputFileSource,
  type OutputFileUploadCondition,
  type OutputFileValues,
} from "./output-files/output-file.js";
export type { OutputFileDestination } from "./output-files/output-file-destination.js";
export type { SaveFromNodeEntry, SaveFromNodeResult } from "./save-from-node/save-counts.js";
export { saveFromNode, type SaveFromNodeOptions } from "./save-from-node/save-from-node.js";
export { toTaskRun } from "./account/to-task-run.js";
export type { ScheduledEvent, ScheduledEventType } from "./scheduled-events/read-scheduled-events.js";
export {
  watchScheduledEvents,
  type WatchScheduledEventsOptions,
} from "./scheduled-events/watch-scheduled-events.js";
export { taskEnvironment, type TaskEnvironment } from "./environment/task-environment.js";
export {
  taskOutputFiles,
  type TaskOutputFilesValues,
  type TaskOutputPattern,
} from "./output-files/task-output-files.js";
