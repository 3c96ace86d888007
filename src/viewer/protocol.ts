/**
 * The protocol between the page and its server. All addresses are relative to the path at which the handler is mounted.
 *
 * A stream is NDJSON, one {@link StreamMessage} per line: items as they are found, `progress` from time to time, and at
 * the end `end` or `failed`. A stream without either was interrupted, and the page says so. Closing a stream stops the
 * server's requests to the storage. An empty line keeps an idle stream alive.
 *
 * Blob names in addresses are percent-encoded segment by segment.
 */

import type { Hint } from "../core/browser.js";

/** Required for requests that change something; a page of another origin cannot send it without a preflight request. */
export const requestHeader = "x-batch-outputs";

/** Addresses, relative to the mount path, without a leading slash. */
export const addresses = {
  /** GET {@link ViewerConfig}. */
  config: "api/config",
  /** GET stream of {@link JobItem}. */
  jobs: "api/jobs",
  /**
   * GET stream of {@link TaskItem}, then {@link Tally} as progress: one row per task, ordered by name. `?tally` omits
   * the items.
   */
  tasks: (container: string) => `api/jobs/${encodeSegment(container)}/tasks`,
  /** GET stream of {@link OutputItem} of the job itself (no task id) or of one task. */
  outputs: (container: string, taskId?: string) =>
    `api/jobs/${encodeSegment(container)}/${taskId === undefined ? "outputs" : `tasks/${encodeSegment(taskId)}/outputs`}`,
  /**
   * GET stream of {@link TaskStateItem} from Azure Batch, with {@link TaskStatesProgress}; only where {@link
   * ViewerConfig.hasBatch}. Of a job that Batch has deleted, from what the runs of its tasks recorded.
   */
  taskStates: (container: string) => `api/jobs/${encodeSegment(container)}/task-states`,
  /** GET {@link FailureSummary}: why tasks of the job failed. */
  failures: (container: string) => `api/jobs/${encodeSegment(container)}/failures`,
  /** GET stream of {@link NodeFileItem}; only where {@link ViewerConfig.hasBatch}. */
  nodeFiles: (container: string, taskId: string) =>
    `api/jobs/${encodeSegment(container)}/tasks/${encodeSegment(taskId)}/node-files`,
  /** GET a file on the task's node, with `Range`; only where {@link ViewerConfig.hasBatch}. */
  nodeFile: (container: string, taskId: string, path: string) =>
    `node-content/${encodeSegment(container)}/${encodeSegment(taskId)}/${encodeName(path)}`,
  /**
   * GET or HEAD a blob's bytes, with `Range` and `If-Range`; as an attachment, except for types that a page may embed
   * (pictures, video, audio). `?download` makes everything an attachment. `?frame` returns HTML for a sandboxed frame,
   * under a separate policy that runs no script; at most its first {@link frameLimitBytes}.
   */
  content: (container: string, blobName: string) =>
    `content/${encodeSegment(container)}/${encodeName(blobName)}`,
  /** GET {@link OutputItem} of one blob, including its digest. */
  properties: (container: string, blobName: string) =>
    `api/properties/${encodeSegment(container)}/${encodeName(blobName)}`,
  /**
   * GET `?q=` (and `&case=1`, `&regex=1`, `&from=`byte, `&to=`byte: lines that begin there) stream of {@link
   * SearchHit}, then {@link SearchProgress} as progress.
   */
  search: (container: string, blobName: string) =>
    `api/search/${encodeSegment(container)}/${encodeName(blobName)}`,
  /**
   * POST without a body: stream without items, {@link VerifyProgress} as progress, and {@link VerifyResult} as the
   * value of `end`.
   */
  verify: (container: string, blobName: string) =>
    `api/verify/${encodeSegment(container)}/${encodeName(blobName)}`,
  /** POST {@link LinkRequest}: {@link LinkAnswer}; only where {@link ViewerConfig.canSign}. */
  link: "api/link",
  /** POST (form field `selection`: {@link ZipRequest} as JSON) returns a zip, streamed. */
  zip: "zip",
  /** DELETE a blob; only where {@link ViewerConfig.canDelete}. */
  output: (container: string, blobName: string) =>
    `api/output/${encodeSegment(container)}/${encodeName(blobName)}`,
} as const;

/** The maximum length of HTML that `?frame` returns, in bytes. */
export const frameLimitBytes = 16 * 1024 * 1024;

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
  /** Whether an Azure Batch endpoint is configured: states, exit codes, files on nodes. */
  readonly hasBatch: boolean;
}

/** A job's container. */
export interface JobItem {
  readonly container: string;
  /** Absent if the container's name does not contain it (the name is then a digest of it). */
  readonly jobId?: string;
  /** ISO 8601; of the container. What is saved later does not change it: {@link Tally.lastModified} does. */
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
  /** How often the task ran, according to its kept logs: one more than the highest kept attempt; 1 if none was kept. */
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
  /**
   * For `If-Match`, to read ranges of one version: 412 if the output was replaced meanwhile. It does not change when a
   * log grows. {@link addresses.content} returns it as `ETag`.
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

/** The state of a task in Azure Batch. */
export interface TaskStateItem {
  readonly taskId: string;
  readonly state: "active" | "preparing" | "running" | "completed";
  readonly result?: "success" | "failure";
  readonly exitCode?: number;
  /** The reason for its failure, in the service's words. */
  readonly failure?: string;
  readonly retryCount?: number;
  readonly requeueCount?: number;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly nodeId?: string;
}

export interface TaskStatesProgress {
  /** Azure Batch does not know the job any more. */
  readonly isJobDeleted: boolean;
}

/** Why tasks of a job failed. */
export interface FailureSummary {
  /** The largest first. */
  readonly groups: readonly FailureGroupItem[];
  readonly failedCount: number;
  /** Failures whose logs were not read, because there are too many. */
  readonly unreadCount: number;
}

/** Failures of one cause. */
export interface FailureGroupItem {
  readonly id: string;
  /** As it is searched for: `137`, `0xC0000005`. */
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
  /** The node that most of these failures are on, if other nodes ran tasks too. */
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
  /** Where the line starts, in bytes. */
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
  /** All outputs of these tasks; neither `taskId` nor `blobNames` is given then. */
  readonly taskIds?: readonly string[];
  /** Only these. */
  readonly blobNames?: readonly string[];
}

export type StreamMessage<Item, Progress = never, Result = undefined> =
  | { readonly item: Item }
  | { readonly progress: Progress }
  | { readonly end: Result extends undefined ? true : Result }
  | { readonly failed: ViewerFailure };

/** An error as data: every answer of status 400 and above contains `{ failed: ViewerFailure }` as JSON. */
export interface ViewerFailure {
  /** A code of docs/reference/errors.md, or one of the viewer's own. */
  readonly code: string;
  /** What happened: a sentence without advice. */
  readonly reason: string;
  /** What to do about it; the page contains the text. */
  readonly hint?: ViewerHint;
  /** The parameter or property of the request that was wrong, if one was. */
  readonly argument?: string;
  /** What is wrong with `argument`, to be read after its name: `must not be empty`. `reason` contains both. */
  readonly problem?: string;
}

/** A hint of the library, or one that only the viewer gives. */
export type ViewerHint =
  | Hint
  /** Reload the output, because it has changed. */
  | { readonly action: "reopen" }
  /** Restart the viewer, and open the address that it prints. */
  | { readonly action: "open-printed-address" }
  /** Restart the viewer with permission to delete. */
  | { readonly action: "start-with-allow-delete" }
  /** Use a simpler regular expression, or plain text. */
  | { readonly action: "simplify-pattern" }
  /** Download the file and open it with a program. */
  | { readonly action: "download" }
  /** Run the server with AZURE_LOG_LEVEL=error to see the cause. */
  | { readonly action: "read-server-log" };

function encodeSegment(text: string): string {
  return encodeURIComponent(text);
}

function encodeName(name: string): string {
  return name.split("/").map(encodeSegment).join("/");
}
