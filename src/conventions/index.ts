/**
 * The Azure Batch File Conventions as pure functions, from names to names. They make no requests, use neither a clock
 * nor Node.js, and run in a browser. `docs/conventions.md` is the normative text.
 *
 * @packageDocumentation
 */
export { requireJobId, requireTaskId, isTaskId } from "./batch-id.js";
export {
  outputBlobName,
  outputStoragePath,
  parseOutputBlobName,
  type OutputAddress,
  type OutputBlobNameOptions,
  type OutputStorageAddress,
} from "./blob-name.js";
export { parseOutputBlobUrl, type OutputBlobUrl } from "./blob-url.js";
export {
  jobIdFromContainerName,
  jobOutputContainerName,
  jobOutputContainerPrefix,
} from "./container-name.js";
export { requireOutputKind, JobOutputKind, TaskOutputKind } from "./output-kind.js";
export { requireOutputPath, outputPathFor, type OutputPathForOptions } from "./output-path.js";
export { jobIdFromTaskUrl } from "./task-url.js";
