import type { JobOutputStorage } from "../../outputs/index.js";
import { type OutputFileReference, type OutputStorage, TaskOutputStorage } from "../../outputs/index.js";

/** `task frame-7 of job film` or `job film`; the container's name if the job is not known. */
export function describeStorage(storage: OutputStorage<string> | JobOutputStorage): string {
  const job =
    storage.jobId === undefined ? `container ${storage.storeContainer.name}` : `job ${storage.jobId}`;
  return storage instanceof TaskOutputStorage ? `task ${storage.taskId} of ${job}` : job;
}

/** Formats an output for messages: `TaskOutput frame-7/a.csv`. */
export function describeOutput({ kind, filePath, taskId }: OutputFileReference): string {
  return `${kind} "${filePath}"${taskId === undefined ? "" : ` of task ${taskId}`}`;
}

/** An output in the form that `--json` shows; unknown properties are omitted. */
export interface OutputObject {
  jobId?: string;
  taskId?: string;
  kind: string;
  path: string;
  size?: number;
  lastModified?: string;
  contentType?: string;
  tier?: string;
  url: string;
}

export function createOutputObject(output: OutputFileReference): OutputObject {
  const { jobId, taskId, kind, filePath, size, lastModified, contentType, accessTier, url } = output;
  return {
    ...(jobId === undefined ? {} : { jobId }),
    ...(taskId === undefined ? {} : { taskId }),
    kind,
    path: filePath,
    ...(size === undefined ? {} : { size }),
    ...(lastModified === undefined ? {} : { lastModified: lastModified.toISOString() }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(accessTier === undefined ? {} : { tier: accessTier }),
    url,
  };
}
