/**
 * What the page and its server say to each other. Every address below starts at the place where the handler is mounted.
 *
 * A stream is NDJSON, one {@link StreamMessage} a line: items as they come, now and then what is known so far, and at the
 * end `end` or `failed`. A stream that stops without either was cut, and the page says so. To stop a stream, close it: the
 * server then asks the storage for nothing more. An empty line says that the stream lives, when there is nothing else to say.
 *
 * Blob names in addresses are percent-encoded segment by segment.
 */

import type { Hint } from "../core/browser.js";

/** Sends what changes something; a page of another origin cannot set it without being asked first. */
export const requestHeader = "x-batch-outputs";

/** Addresses, seen from where the handler is mounted (no slash at the front). */
export const addresses = {
  /** GET {@link ViewerConfig}. */
  config: "api/config",
  /** GET stream of {@link JobItem}. */
  jobs: "api/jobs",
  /**
   * GET stream of {@link TaskItem}, then {@link Tally} as progress: one row a task, in the order of the names. `?tally`
   * leaves the items out: what a job holds, without its tasks.
   */
  tasks: (container: string) => `api/jobs/${segment(container)}/tasks`,
  /** GET stream of {@link OutputItem} of the job itself (no task id) or of one task. */
  outputs: (container: string, taskId?: string) =>
    `api/jobs/${segment(container)}/${taskId === undefined ? "outputs" : `tasks/${segment(taskId)}/outputs`}`,
  /** GET stream of {@link TaskStateItem} from Azure Batch; only where {@link ViewerConfig.hasBatch}. */
  taskStates: (container: string) => `api/jobs/${segment(container)}/task-states`,
  /** GET stream of {@link NodeFileItem}; only where {@link ViewerConfig.hasBatch}. */
  nodeFiles: (container: string, taskId: string) =>
    `api/jobs/${segment(container)}/tasks/${segment(taskId)}/node-files`,
  /** GET a file on the task's node, with `Range`; only where {@link ViewerConfig.hasBatch}. */
  nodeFile: (container: string, taskId: string, path: string) =>
    `node-content/${segment(container)}/${segment(taskId)}/${segments(path)}`,
  /**
   * GET or HEAD a blob's bytes, with `Range` and `If-Range`; attachment, except for what a page may embed (pictures, video,
   * audio). `?download` makes everything an attachment. `?frame` gives HTML for a sandboxed frame, under a policy of its
   * own that runs nothing; at most its first {@link frameLimitBytes}.
   */
  content: (container: string, blobName: string) => `content/${segment(container)}/${segments(blobName)}`,
  /** GET {@link OutputItem} of one blob, its digest included. */
  properties: (container: string, blobName: string) =>
    `api/properties/${segment(container)}/${segments(blobName)}`,
  /** GET `?q=` (and `&case=1`, `&regex=1`, `&from=`byte, `&to=`byte: lines that begin there) stream of {@link SearchHit}, then {@link SearchProgress} as progress. */
  search: (container: string, blobName: string) => `api/search/${segment(container)}/${segments(blobName)}`,
  /** POST, no body: stream of no items, {@link VerifyProgress} as progress, and {@link VerifyResult} as the end's value. */
  verify: (container: string, blobName: string) => `api/verify/${segment(container)}/${segments(blobName)}`,
  /** POST {@link LinkRequest}: {@link LinkAnswer}; only where {@link ViewerConfig.canSign}. */
  link: "api/link",
  /** POST (form field `selection`: {@link ZipRequest} as JSON) gives a zip, streamed. */
  zip: "zip",
  /** DELETE a blob; only where {@link ViewerConfig.canDelete}. */
  output: (container: string, blobName: string) => `api/output/${segment(container)}/${segments(blobName)}`,
} as const;

/** The most that `?frame` gives of HTML, in bytes. */
export const frameLimitBytes = 16 * 1024 * 1024;

export interface ViewerConfig {
  readonly version: string;
  /** Where the outputs are, for people: the account's or container's address, never with a SAS. */
  readonly store: string;
  /**
   * What names the same store on the command line, such as `["--account-url", "https://…"]` or `["--local"]`; without any
   * secret. Absent where it takes one: commands then find the store in their environment.
   */
  readonly storeArguments?: readonly string[];
  /** The only container there is, where the credential is for one container. The page then opens on that job. */
  readonly container?: string;
  readonly jobId?: string;
  /** Time-limited links can be made. */
  readonly canSign: boolean;
  readonly canDelete: boolean;
  /** An Azure Batch endpoint is configured: states, exit codes, files on nodes. */
  readonly hasBatch: boolean;
}

/** A job's container. */
export interface JobItem {
  readonly container: string;
  /** Absent where the container's name does not tell it (the name is then a digest of it). */
  readonly jobId?: string;
  /** ISO 8601; of the container. What is saved later does not change it: {@link Tally.lastModified} does. */
  readonly lastModified: string;
}

export interface KindTally {
  readonly kind: string;
  readonly count: number;
  readonly bytes: number;
}

/** What one task has saved, whole: a task's blobs stand together in a listing. */
export interface TaskItem {
  readonly taskId: string;
  readonly kinds: readonly KindTally[];
  readonly count: number;
  readonly bytes: number;
  /** ISO 8601; the newest of its outputs. */
  readonly lastModified: string;
  /** How often the task ran, as its kept logs tell: one more than the highest attempt that was kept; 1 where none was. */
  readonly attempts: number;
}

/** What a listing of a job has counted so far. */
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
   * Send it as `If-Match` to read ranges that belong together: 412 where the output was replaced meanwhile. It stays when a
   * log grows. The answers of {@link addresses.content} have it as `ETag`.
   */
  readonly etag?: string;
  /** MD5 as stored, base64. */
  readonly contentMD5?: string;
  /** Present for tracked logs. */
  readonly log?: LogItem;
}

/** A tracked log: its parts and attempts share `logId` and `path`. */
export interface LogItem {
  readonly logId: string;
  /** The path of the log that this is a part or an attempt of. */
  readonly path: string;
  /** Absent: the latest attempt. */
  readonly attempt?: number;
  /** From 1. */
  readonly part: number;
  readonly isContinued: boolean;
  /** ISO 8601. */
  readonly finishedAt?: string;
  readonly gaps: number;
}

/** What Azure Batch knows of a task. */
export interface TaskStateItem {
  readonly taskId: string;
  readonly state: "active" | "preparing" | "running" | "completed";
  readonly result?: "success" | "failure";
  readonly exitCode?: number;
  /** Why it failed, in the service's words. */
  readonly failure?: string;
  readonly retryCount?: number;
  readonly requeueCount?: number;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly nodeId?: string;
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
  /** The line, shortened around the match where it is long. */
  readonly text: string;
  /** The match within `text`, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

export interface SearchProgress {
  readonly searchedBytes: number;
  readonly totalBytes: number;
  /** How many lines have been searched. */
  readonly lineCount: number;
  /** There are more hits than are sent (10,000): search on with `from` = `searchedBytes`, the line of the last hit. */
  readonly isCapped?: boolean;
}

export interface VerifyProgress {
  readonly readBytes: number;
  readonly totalBytes: number;
}

export interface VerifyResult {
  /** "unknown": nothing is stored to compare with. */
  readonly outcome: "equal" | "different" | "unknown";
  /** MD5 of the bytes as they are, base64. */
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
  /** All outputs of this task where given (and `blobNames` is not), else of the whole job. */
  readonly taskId?: string;
  readonly kind?: string;
  /** Only these. */
  readonly blobNames?: readonly string[];
}

export type StreamMessage<Item, Progress = never, Result = undefined> =
  | { readonly item: Item }
  | { readonly progress: Progress }
  | { readonly end: Result extends undefined ? true : Result }
  | { readonly failed: ViewerFailure };

/** An error as data: every answer of status 400 and above holds `{ failed: ViewerFailure }` as JSON. */
export interface ViewerFailure {
  /** A code of docs/reference/errors.md, or one of the viewer's own. */
  readonly code: string;
  /** What happened: a sentence without advice. */
  readonly reason: string;
  /** What to do about it, which the page words. */
  readonly hint?: ViewerHint;
  /** The parameter or member that was wrong, where the request was at fault. */
  readonly argument?: string;
}

/** A hint of the library, or one that only the viewer gives. */
export type ViewerHint =
  | Hint
  /** Load the output again: it is another one now. */
  | { readonly action: "reopen" }
  /** Start the viewer again, and open the address that it prints. */
  | { readonly action: "open-printed-address" }
  /** Start the viewer with permission to delete. */
  | { readonly action: "start-with-allow-delete" }
  /** Use a simpler regular expression, or plain text. */
  | { readonly action: "simplify-pattern" }
  /** Download the file and open it with a program. */
  | { readonly action: "download" }
  /** Run the server with AZURE_LOG_LEVEL=error to see the cause. */
  | { readonly action: "read-server-log" };

function segment(text: string): string {
  return encodeURIComponent(text);
}

function segments(name: string): string {
  return name.split("/").map(segment).join("/");
}
