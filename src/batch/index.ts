/**
 * What Azure Batch adds to outputs.
 *
 * @packageDocumentation
 */
export {
  BatchAccountClient,
  type ListBatchOptions,
  type ListTaskFilesOptions,
} from "./batch-account-client.js";
export type {
  BatchJobExecutionInfo,
  BatchJobInfo,
  BatchTaskExecutionInfo,
  BatchTaskFailureInfo,
  BatchTaskInfo,
  BatchTaskNodeInfo,
  NodeFileInfo,
} from "./batch-records.js";
export type { BatchAccountClientOptions, BatchCredential } from "./batch-requests.js";
export {
  type EnvironmentSetting,
  outputEnvironmentSettings,
  type OutputEnvironmentSettingsOptions,
} from "./output-environment-settings.js";
export {
  type OutputFile,
  outputFile,
  type OutputFileSource,
  type OutputFileUploadCondition,
  type OutputFileValues,
} from "./output-file.js";
export type { OutputFilePlace } from "./output-file-place.js";
export type { SaveFromNodeEntry, SaveFromNodeResult } from "./rescue-counts.js";
export { saveFromNode, type SaveFromNodeOptions } from "./save-from-node.js";
export { taskEnvironment, type TaskEnvironment } from "./task-environment.js";
export { taskOutputFiles, type TaskOutputFilesValues, type TaskOutputPattern } from "./task-output-files.js";
