import { describeLog, type LogDescription, type StoredLogPart } from "../../tracking/index.js";

/** The properties of a log in several blobs, as if it were one. */
export interface LogSummary {
  /** The total size of all blobs. */
  readonly size: number;
  /** The time of the newest one. */
  readonly lastModified: Date | undefined;
  /** The ETag of the last blob, which changes as the log grows. */
  readonly etag: string | undefined;
  readonly log: LogDescription;
}

/** Describes a log by its first blob's description and all its blobs, in order. */
export function summarizeLog(log: LogDescription, parts: readonly StoredLogPart[]): LogSummary {
  const last = parts.at(-1);
  const lastLog = last && describeLog(last.name, last.metadata);
  const times = parts.flatMap(({ lastModified }) => (lastModified === undefined ? [] : [lastModified]));
  return {
    size: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    lastModified: times.reduce<Date | undefined>(
      (newest, time) => (newest !== undefined && newest > time ? newest : time),
      undefined,
    ),
    etag: last?.etag,
    // The last blob records whether the log is finished, and how often bytes were lost.
    log: lastLog === undefined ? log : { ...log, finishedAt: lastLog.finishedAt, gaps: lastLog.gaps },
  };
}
