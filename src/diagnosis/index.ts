/**
 * Why tasks failed: outcomes from records, from the Batch service and from logs; the error line of a log; groups of
 * failures with one cause. For the command line and the viewer's server.
 *
 * @packageDocumentation
 */
export { explainFailures, type ExplainFailuresOptions } from "./failures/explain-failures.js";
export type { FailureExample, FailureGroup, FailureReport, TaskFailure } from "./failures/failure-report.js";
export { type ExaminedFailure, groupFailures } from "./failures/group-failures.js";
export { decodeLog, findEncoding } from "./lines/decode-log.js";
export { type ExitExplanation, explainExit, formatExitCode } from "./lines/explain-exit.js";
export { findError, type FoundError } from "./lines/find-error.js";
export { logLines } from "./lines/log-lines.js";
export { normalizeError } from "./lines/normalize-error.js";
export { isLog } from "./tasks/task-logs.js";
export {
  type OutcomeSources,
  readTaskOutcomes,
  type TaskLister,
  type TaskOutcome,
  type TaskOutcomes,
  type TaskOutcomesOptions,
} from "./tasks/task-outcomes.js";
