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
export { type OutputFile, outputFile } from "./output-file.js";
