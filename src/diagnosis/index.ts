/**
 * Why tasks failed: outcomes from records, from the Batch service and from logs; the error line of a log; groups of
 * failures with one cause. For the command line and the viewer's server.
 *
 * @packageDocumentation
 */
export {
  explainFailures,
  isLogUnreadable,
  type ExplainFailuresOptions,
} from "./failures/explain-failures.js";
export type { FailureGroup, FailureReport } from "./failures/failure-report.js";
export { type ExaminedFailure, groupFailures } from "./failures/group-failures.js";
export { decodeLog } from "./lines/decode-log.js";
export { explainExit, formatExitCode } from "./lines/explain-exit.js";
export { findError } from "./lines/find-error.js";
export { normalizeError } from "./lines/normalize-error.js";
export { ErrorCache } from "./tasks/error-cache.js";
export { LogReader } from "./tasks/log-reader.js";
export { isLog } from "./tasks/task-logs.js";
export { type KnownTask, readTaskRuns, readTasks } from "./tasks/read-tasks.js";
export { createOutcome, type TaskOutcome } from "./tasks/task-outcomes.js";
