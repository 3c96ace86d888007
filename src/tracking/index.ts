/**
 * Copies growing files to append blobs, every byte exactly once. Knows no job and no task.
 *
 * @packageDocumentation
 */
export {
  describeLog,
  isSameLog,
  listLogParts,
  type LogBlob,
  type LogDescription,
  nextPartName,
  type StoredLogPart,
} from "./log/describe-log.js";
export { type Closable, flushOnExit, type FlushOnExitOptions } from "./session/flush-on-exit.js";
export { formatLogName, isPlainLogName, type LogName, parseLogName } from "./log/log-names.js";
export type { OnExisting, TrackedFileOpening } from "./session/open-plan.js";
export { type LogChunk, tailLog, type TailLogOptions } from "./log/tail-log.js";
export type { LogTarget } from "./log/log-target.js";
export { trackFile } from "./load-track-file.js";
export type { TrackFileOptions, WaitingFile } from "./track-file.js";
export {
  type CloseOptions,
  type FlushOptions,
  TrackedFile,
  type TrackedFileEvents,
} from "./session/tracked-file.js";
export { Arrivals } from "./times/arrivals.js";
export { type LineTime, LineTimes } from "./times/line-times.js";
export { readLineTimes } from "./times/read-line-times.js";
