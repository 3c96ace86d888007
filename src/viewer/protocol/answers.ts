export interface ViewerConfig {
  readonly version: string;
  /** The account's or container's address for people, never with a SAS. */
  readonly store: string;
  /**
   * The flags that select the same store on the command line, such as `["--account-url", "https://…"]` or
   * `["--local"]`; without any secret. Absent if a secret is needed: commands then read it from their environment.
   */
  readonly storeArguments?: readonly string[];
  /** The only container, if the credential is for one container. The page then opens on that job. */
  readonly container?: string;
  readonly jobId?: string;
  /** Whether time-limited links can be created. */
  readonly canSign: boolean;
  readonly canDelete: boolean;
  /** Whether all outputs of a job can be deleted at once: the credential is for the storage account. */
  readonly canDeleteJobs: boolean;
  /** Whether an Azure Batch endpoint is configured: states, exit codes, files on nodes. */
  readonly hasBatch: boolean;
}

/** A job's container. */
export interface JobItem {
  readonly container: string;
  /** Absent if the container's name does not contain it (the name is then a digest of it). */
  readonly jobId?: string;
  /** ISO 8601; of the container. Saving outputs does not change it, unlike {@link Tally.lastModified}. */
  readonly lastModified: string;
}

export interface KindTally {
  readonly kind: string;
  readonly count: number;
  readonly bytes: number;
}

/** The outputs of one task; complete, because the blobs of a task are adjacent in a listing. */
export interface TaskItem {
  readonly taskId: string;
  readonly kinds: readonly KindTally[];
  readonly count: number;
  readonly bytes: number;
  /** ISO 8601; the time of its newest output. */
  readonly lastModified: string;
  /**
   * The number of attempts according to the task's kept logs: one more than the highest kept attempt; 1 if none was
   * kept.
   */
  readonly attempts: number;
}

/** The counts of a job's listing so far. */
export interface Tally {
  readonly count: number;
  readonly bytes: number;
  readonly taskCount: number;
  /** ISO 8601; the newest output so far. Only in the stream of tasks. */
  readonly lastModified?: string;
}

export interface OutputItem {
  readonly container: string;
  readonly blobName: string;
  readonly taskId?: string;
  readonly kind: string;
  /** The output path, after the kind. */
  readonly path: string;
  readonly size: number;
  /** ISO 8601. */
  readonly lastModified: string;
  readonly contentType?: string;
  /** The content codings with which it is stored, such as `gzip`, last one first. Only of `addresses.properties`. */
  readonly codings?: readonly string[];
  /**
   * For `If-Match`, to read ranges of one version: 412 if the output was replaced meanwhile. It does not change when a
   * log grows. `addresses.content` returns it as `ETag`.
   */
  readonly etag?: string;
  /** MD5 as stored, base64. */
  readonly contentMD5?: string;
  /** Present for tracked logs. */
  readonly log?: LogItem;
}

/** A tracked log; its parts and attempts have the same `logId` and `path`. */
export interface LogItem {
  readonly logId: string;
  /** The path of the log that this is a part or an attempt of. */
  readonly path: string;
  /** Absent for the latest attempt. */
  readonly attempt?: number;
  /** From 1. */
  readonly part: number;
  readonly isContinued: boolean;
  /** ISO 8601. */
  readonly finishedAt?: string;
  readonly gaps: number;
}

/** The state of a task: in Azure Batch, if there is access to it, and as its runs recorded it. */
export interface TaskStateItem {
  readonly taskId: string;
  /** `unknown`: a run was recorded that has not recorded its end, and Batch is not asked. */
  readonly state: "active" | "preparing" | "running" | "completed" | "unknown";
  readonly result?: "success" | "failure";
  readonly exitCode?: number;
  /** The signal that ended it, such as `SIGKILL`. */
  readonly signal?: string;
  /** The number of known runs, if it ran more than once. */
  readonly attempts?: number;
  /** The reason for its failure, in the service's words. */
  readonly failure?: string;
  /** What its last run could not save, and why, if it recorded that. */
  readonly saveFailures?: { readonly count: number; readonly messages: readonly string[] };
  readonly retryCount?: number;
  readonly requeueCount?: number;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly nodeId?: string;
}

export interface TaskStatesProgress {
  /** The job no longer exists in Azure Batch. */
  readonly isJobDeleted: boolean;
}

/** Why tasks of a job failed. */
export interface FailureSummary {
  /** The largest first. */
  readonly groups: readonly FailureGroupItem[];
  readonly failedCount: number;
  /**
   * The number of older tasks whose logs were not read, because there are too many: failed tasks, and tasks of which
   * only a log is known.
   */
  readonly unreadCount: number;
  /** Tasks with logs in the access tier Archive, which could not be read. */
  readonly archivedCount: number;
  /** Tasks with logs whose result is not known, and whose logs were not searched for errors. */
  readonly notSearchedCount: number;
}

/** Failures of one cause. */
export interface FailureGroupItem {
  readonly id: string;
  /** Formatted so that a search finds its documentation: `137`, `0xC0000005`. */
  readonly exitCode?: string;
  readonly signal?: string;
  /** The code of the Batch service. */
  readonly code?: string;
  readonly explanation?: string;
  /** The line that names the error, in the log of the example. */
  readonly error?: string;
  readonly count: number;
  /** Of all failures, from 0 to 1. */
  readonly share: number;
  /** ISO 8601. */
  readonly firstAt?: string;
  readonly lastAt?: string;
  /** The node with most of these failures, if other nodes ran tasks too. */
  readonly concentratedOn?: string;
  readonly example?: {
    readonly taskId: string;
    /** The log that the lines are from. */
    readonly blobName?: string;
    readonly lines: readonly string[];
  };
  readonly taskIds: readonly string[];
}

export interface NodeFileItem {
  /** Below the task's folder, such as `stdout.txt` or `wd/result.bin`. */
  readonly path: string;
  readonly size: number;
  readonly lastModified?: string;
  readonly contentType?: string;
}

export interface SearchHit {
  /** The offset of the line's first byte. */
  readonly lineStart: number;
  /** From 1, counted from the first line that was searched. */
  readonly lineNumber: number;
  /** The line, shortened around the match if it is long. */
  readonly text: string;
  /** The match within `text`, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

export interface SearchProgress {
  readonly searchedBytes: number;
  readonly totalBytes: number;
  /** The number of lines that have been searched. */
  readonly lineCount: number;
  /** More hits exist than are sent (10,000): continue with `from` = `searchedBytes`, the line of the last hit. */
  readonly isCapped?: boolean;
}

/** A search of the logs of a job. */
export interface LogSearchRequest {
  readonly text: string;
  readonly isCaseSensitive: boolean;
  /** `text` is a regular expression. */
  readonly isRegex: boolean;
  /** Only logs of these tasks; absent for all logs of the job, including its own. */
  readonly taskIds?: readonly string[];
}

/** A log with matching lines. */
export interface LogMatches {
  readonly taskId?: string;
  readonly kind: string;
  readonly path: string;
  readonly blobName: string;
  /** The number of matching lines. */
  readonly lineCount: number;
  /** The log has more: only its first 1,000 are counted. */
  readonly isCapped?: boolean;
  /** The first ones. */
  readonly hits: readonly Pick<SearchHit, "lineNumber" | "text" | "start" | "end">[];
}

export interface LogSearchProgress {
  readonly searchedLogs: number;
  readonly searchedBytes: number;
  /** Logs that were deleted or replaced meanwhile, or are archived or damaged. */
  readonly unreadableLogs: number;
  /** The part of `unreadableLogs` that is archived. */
  readonly archivedLogs: number;
  /** More than 1,000 logs match: the search has stopped. */
  readonly isCapped?: boolean;
}

/** A file or folder in an archive. */
export interface ArchiveEntry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly size: number;
  /** Only in a zip file. */
  readonly packedSize?: number;
  /** ISO 8601. */
  readonly modified?: string;
}

export interface ArchiveEnd {
  /** There are more entries than are listed. */
  readonly isPart: boolean;
}

export interface VerifyProgress {
  readonly readBytes: number;
  readonly totalBytes: number;
}

export interface VerifyResult {
  /** "unknown" if no digest is stored. */
  readonly outcome: "equal" | "different" | "unknown";
  /** MD5 of the bytes, base64. */
  readonly actual: string;
  readonly stored?: string;
}

export interface LinkRequest {
  readonly container: string;
  readonly blobName: string;
  /** Milliseconds; at most 7 days. */
  readonly lifetimeInMs: number;
}

export interface LinkAnswer {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface ZipRequest {
  readonly container: string;
  /** All outputs of this task if given (and `blobNames` is not), otherwise of the whole job. */
  readonly taskId?: string;
  readonly kind?: string;
  /** All outputs of these tasks, without `taskId` and `blobNames`. */
  readonly taskIds?: readonly string[];
  /** Only these outputs. */
  readonly blobNames?: readonly string[];
  /** Only outputs whose name, or with a slash in it whose path, matches this glob. */
  readonly include?: string;
  /** All in one folder, with the task's ID before each name. */
  readonly isFlat?: boolean;
}
