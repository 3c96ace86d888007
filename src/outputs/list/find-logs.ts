import type { OperationOptions } from "../../core/index.js";
import { parseOutputBlobName } from "../../conventions/index.js";
import { AppendBlobs, type ListedBlob } from "../../storage/index.js";
import {
  describeLog,
  formatLogName,
  listLogParts,
  type LogDescription,
  parseLogName,
  type StoredLogPart,
} from "../../tracking/index.js";
import { type LogSummary, summarizeLog } from "../reference/log-summary.js";
import type { OutputScope } from "../scope/output-scope.js";

/** The relation of a listed blob to a log. */
export type ListedLog =
  /** The blob continues another one of the listing, which represents the log. */
  | "continuation"
  /** The blob is the whole log. */
  | { readonly log: LogDescription }
  /** The blob is the first of several. */
  | LogSummary;

/**
 * Finds the logs among the blobs of a page, by blob name. Only logs of several blobs need further requests; each log is
 * read once, even if the page contains several of its blobs. A blob is a continuation only if its log refers to it. If
 * the log's first blob was deleted, or belongs to another log, the blob is an output of its own.
 */
export async function findLogs(
  scope: OutputScope,
  blobs: readonly ListedBlob[],
  options: OperationOptions,
): Promise<ReadonlyMap<string, ListedLog>> {
  const appendBlobs = new AppendBlobs(scope.container);
  const partsByName = new Map<string, readonly StoredLogPart[]>();
  const collectParts = async (blobName: string): Promise<readonly StoredLogPart[]> => {
    const parts =
      partsByName.get(blobName) ?? (await listLogParts({ blobs: appendBlobs, blobName }, options));
    partsByName.set(blobName, parts);
    return parts;
  };
  const logs = new Map<string, ListedLog>();
  for (const { name, metadata = {} } of blobs) {
    const path = parseOutputBlobName(name)?.path;
    const log = path === undefined ? undefined : describeLog(path, toLowerCaseNames(metadata));
    if (log === undefined) continue;
    if (log.part > 1) {
      const parts = await collectParts(formatLogName({ ...parseLogName(name), part: 1 }));
      if (parts.some((part) => part.name === name)) {
        logs.set(name, "continuation");
        continue;
      }
    }
    logs.set(name, log.isContinued ? summarizeLog(log, await collectParts(name)) : { log });
  }
  return logs;
}

/** A listing preserves the case of metadata names; other answers have them in lower case. */
function toLowerCaseNames(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
}
