/**
 * A growing file on one side, an append blob on the other, every byte exactly once. Knows no job and no task.
 *
 * @packageDocumentation
 */
export { describeLog, listLogParts, type LogDescription, type StoredLogPart } from "./describe-log.js";
export { type Closable, flushOnExit, type FlushOnExitOptions } from "./flush-on-exit.js";
export { formatLogName, isPlainLogName, type LogName, parseLogName } from "./log-names.js";
export type { OnExisting, TrackedFileOpening } from "./open-log.js";
export { type LogChunk, tailLog, type TailLogOptions } from "./tail-log.js";
export { type LogTarget, trackFile, type TrackFileOptions } from "./track-file.js";
export { type CloseOptions, type FlushOptions, TrackedFile, type TrackedFileEvents } from "./tracked-file.js";
