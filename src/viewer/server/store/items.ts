import {
  type JobOutputStorageItem,
  type KnownProperties,
  type OutputFileProperties,
  type OutputFileReference,
  splitContentEncoding,
} from "../../../outputs/index.js";
import type { JobItem, LogItem, OutputItem } from "../../protocol/index.js";

/** A job in the form that the page gets. */
export function createJobItem({ containerName, jobId, lastModified }: JobOutputStorageItem): JobItem {
  return {
    container: containerName,
    ...(jobId === undefined ? {} : { jobId }),
    lastModified: lastModified.toISOString(),
  };
}

/** An output in the form that the page gets; `known` replaces the properties from a listing. */
export function createOutputItem(
  container: string,
  output: OutputFileReference,
  known: KnownProperties & Pick<OutputFileProperties, "contentEncoding"> = output,
): OutputItem {
  const { contentType, contentEncoding, contentMD5, version } = known;
  const log = logItem(known);
  const codings = contentEncoding === undefined ? [] : splitContentEncoding(contentEncoding);
  return {
    container,
    blobName: output.blobName,
    ...(output.taskId === undefined ? {} : { taskId: output.taskId }),
    kind: output.kind,
    path: output.filePath,
    size: known.size ?? 0,
    lastModified: (known.lastModified ?? new Date(0)).toISOString(),
    ...(contentType === undefined ? {} : { contentType }),
    ...(codings.length === 0 ? {} : { codings }),
    ...(version === undefined ? {} : { etag: version }),
    ...(contentMD5 === undefined ? {} : { contentMD5: Buffer.from(contentMD5).toString("base64") }),
    ...(log ? { log } : {}),
  };
}

function logItem({ log }: KnownProperties): LogItem | undefined {
  if (!log) return undefined;
  return {
    logId: log.logId,
    path: log.path,
    ...(log.attempt === undefined ? {} : { attempt: log.attempt }),
    part: log.part,
    isContinued: log.isContinued,
    ...(log.finishedAt === undefined ? {} : { finishedAt: log.finishedAt.toISOString() }),
    gaps: log.gaps,
  };
}
