import { JobOutputKind, parseOutputBlobName, TaskOutputKind } from "../../../conventions/index.js";
import type { ViewedFile } from "../address/viewed-file.js";

/** The order of kinds: results first, debugging last, custom kinds between. */
const first: readonly string[] = [
  JobOutputKind.JobOutput,
  JobOutputKind.JobPreview,
  TaskOutputKind.TaskOutput,
  TaskOutputKind.TaskPreview,
];
const last: readonly string[] = [TaskOutputKind.TaskIntermediate, TaskOutputKind.TaskLog];

export function compareKinds(one: string, other: string): number {
  return rankKind(one) - rankKind(other) || one.localeCompare(other, "en", { numeric: true });
}

function rankKind(kind: string): number {
  const place = first.indexOf(kind);
  if (place !== -1) return place;
  return first.length + 1 + last.indexOf(kind);
}

export function isLogKind(kind: string): boolean {
  return kind === TaskOutputKind.TaskLog;
}

export function isPreviewKind(kind: string): boolean {
  return kind === TaskOutputKind.TaskPreview || kind === JobOutputKind.JobPreview;
}

/** Names of archives and other packed files that are no logs: the file view shows their contents. */
const packed = /\.(gz|gzip|tgz|zip|tar)$/i;

/** Names of logs that are packed with gzip. The log view unpacks them. */
const packedLog = /\.(log|txt|out|err)([.-][\w-]+)?\.gz(ip)?$/i;

/** Whether the log view shows the file: saved logs, and on a node standard output, standard error and `*.log`. */
export function isLog(viewed: ViewedFile): boolean {
  if (viewed.source === "node") return /(^|\/)(stdout|stderr)\.txt$|\.log$/i.test(viewed.path);
  const parsed = parseOutputBlobName(viewed.blobName);
  return (
    parsed !== undefined && isLogKind(parsed.kind) && (isPackedLog(parsed.path) || !packed.test(parsed.path))
  );
}

export function isPackedLog(path: string): boolean {
  return packedLog.test(path);
}
