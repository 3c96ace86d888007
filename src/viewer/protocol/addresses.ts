/** Required for requests that change something; a page of another origin cannot send it without a preflight request. */
export const requestHeader = "x-batch-outputs";

/** Addresses, relative to the mount path, without a leading slash. */
export const addresses = {
  /** GET `ViewerConfig`. */
  config: "api/config",
  /** GET stream of `JobItem`. */
  jobs: "api/jobs",
  /**
   * GET stream of `TaskItem`, then `Tally` as progress: one row per task, ordered by name. `?tally` omits
   * the items.
   */
  tasks: (container: string) => `api/jobs/${encodeSegment(container)}/tasks`,
  /** DELETE all outputs of a job and its tasks; only where `ViewerConfig.canDeleteJobs`. */
  job: (container: string, jobId: string) =>
    `api/jobs/${encodeSegment(container)}?job=${encodeSegment(jobId)}`,
  /** GET stream of `OutputItem` of the job itself (no task id) or of one task. */
  outputs: (container: string, taskId?: string) =>
    `api/jobs/${encodeSegment(container)}/${taskId === undefined ? "outputs" : `tasks/${encodeSegment(taskId)}/outputs`}`,
  /**
   * GET stream of `TaskStateItem`, with `TaskStatesProgress`: first from what the runs of the tasks recorded; then, where
   * `ViewerConfig.hasBatch`, from Azure Batch. A later item of the same task replaces the earlier one.
   */
  taskStates: (container: string) => `api/jobs/${encodeSegment(container)}/task-states`,
  /**
   * GET `FailureSummary`: why tasks of the job failed. `includeUnknown` also searches the logs of tasks whose result is not known,
   * which takes longer.
   */
  failures: (container: string, includeUnknown = false) =>
    `api/jobs/${encodeSegment(container)}/failures${includeUnknown ? "?unknown" : ""}`,
  /** POST `LogSearchRequest`: stream of `LogMatches`, with `LogSearchProgress`. Encoded contents and UTF-16 are searched as text. */
  searchLogs: (container: string) => `api/jobs/${encodeSegment(container)}/search`,
  /** GET stream of `NodeFileItem`; only where `ViewerConfig.hasBatch`. */
  nodeFiles: (container: string, taskId: string) =>
    `api/jobs/${encodeSegment(container)}/tasks/${encodeSegment(taskId)}/node-files`,
  /** GET a file on the task's node, with `Range`; only where `ViewerConfig.hasBatch`. */
  nodeFile: (container: string, taskId: string, path: string) =>
    `node-content/${encodeSegment(container)}/${encodeSegment(taskId)}/${encodeName(path)}`,
  /**
   * GET or HEAD a blob's bytes, with `Range` and `If-Range`; as an attachment, except for types that a page may embed
   * (pictures, video, audio). `?download` makes everything an attachment. `?frame` returns HTML for a sandboxed frame,
   * under a separate policy that runs no script; at most its first {@link frameLimitBytes}.
   */
  content: (container: string, blobName: string) =>
    `content/${encodeSegment(container)}/${encodeName(blobName)}`,
  /**
   * GET the beginning of a blob's content, without the content encodings that are stored with it: up to {@link unpackedLimitBytes}, and then
   * one byte more, one of {@link decodedEnd}. 422 `ContentNotDecoded` if nothing can be decoded.
   */
  decodedContent: (container: string, blobName: string) =>
    `decoded-content/${encodeSegment(container)}/${encodeName(blobName)}`,
  /** GET `OutputItem` of one blob, including its digest and content encoding. */
  properties: (container: string, blobName: string) =>
    `api/properties/${encodeSegment(container)}/${encodeName(blobName)}`,
  /** GET `LineTimesAnswer`: when the lines of a tracked log were written. */
  lineTimes: (container: string, blobName: string) =>
    `api/line-times/${encodeSegment(container)}/${encodeName(blobName)}`,
  /**
   * GET `?q=` (and `&case=1`, `&regex=1`, `&from=`byte, `&to=`byte: lines that begin there; `&encoding=`, `&unpack=gzip` for the content of a gzip file, or `&unpack=stored` as {@link decodedContent} decodes it; and `&entry=` with `&format=` for a file in an archive) stream of `SearchHit`, then `SearchProgress` as progress.
   */
  search: (container: string, blobName: string) =>
    `api/search/${encodeSegment(container)}/${encodeName(blobName)}`,
  /** The same for a file on the task's node; only where `ViewerConfig.hasBatch`. */
  nodeSearch: (container: string, taskId: string, path: string) =>
    `api/node-search/${encodeSegment(container)}/${encodeSegment(taskId)}/${encodeName(path)}`,
  /** GET `?format=zip`, `tar`, or `tgz` for a packed tar file: stream of `ArchiveEntry`, and `ArchiveEnd` as the result. */
  archive: (container: string, blobName: string) =>
    `api/archive/${encodeSegment(container)}/${encodeName(blobName)}`,
  /** GET `?entry=` (its path) and `&format=`: the content of a file in the archive, unpacked, sent like a blob of its name. */
  archiveContent: (container: string, blobName: string) =>
    `archive-content/${encodeSegment(container)}/${encodeName(blobName)}`,
  /**
   * POST without a body: stream without items, `VerifyProgress` as progress, and `VerifyResult` as the
   * value of `end`.
   */
  verify: (container: string, blobName: string) =>
    `api/verify/${encodeSegment(container)}/${encodeName(blobName)}`,
  /** POST `LinkRequest`: `LinkAnswer`; only where `ViewerConfig.canSign`. */
  link: "api/link",
  /** POST (form field `selection`: `ZipRequest` as JSON) returns a zip, streamed. */
  zip: "zip",
  /** DELETE a blob; only where `ViewerConfig.canDelete`. */
  output: (container: string, blobName: string) =>
    `api/output/${encodeSegment(container)}/${encodeName(blobName)}`,
} as const;

/** The maximum length of HTML that `?frame` returns, in bytes. */
export const frameLimitBytes = 16 * 1024 * 1024;

function encodeSegment(text: string): string {
  return encodeURIComponent(text);
}

function encodeName(name: string): string {
  return name.split("/").map(encodeSegment).join("/");
}
