import { describeLog, type LogDescription, type StoredLogPart } from "../../tracking/index.js";

/** What is known of a log that is kept in several blobs, as of one. */
export interface LogSummary {
  /** Bytes of all blobs together. */
  readonly size: number;
  /** When the newest of them was written. */
  readonly lastModified: Date | undefined;
  /** Of the last blob: the one that changes as the log grows. */
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
    // Whether a log is finished, and what it lost, is noted in the blob that is written last.
    log: lastLog === undefined ? log : { ...log, finishedAt: lastLog.finishedAt, gaps: lastLog.gaps },
  };
}
