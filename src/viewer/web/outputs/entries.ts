import type { NodeFileItem, OutputItem } from "../../protocol.js";
import { groupLogs } from "../model/task-logs.js";
import { isLogKind } from "../model/kinds.js";
import { browsing } from "../text/browsing.js";

/** A file as the lists show it. */
export interface FileEntry {
  readonly key: string;
  /** The output kind; empty where there are none, as on a node. */
  readonly kind: string;
  readonly path: string;
  readonly size: number;
  readonly lastModified: string | undefined;
  readonly contentType: string | undefined;
  /** The blob that holds it; none on a node. */
  readonly blobName: string | undefined;
  /** What sets it apart from another one of the same path, such as `attempt 1`. */
  readonly note?: string;
  /** Earlier attempts of the same log, the latest first. */
  readonly earlier?: readonly FileEntry[];
}

/** What people call files: an output each, and a log with its parts and earlier attempts as one. */
export function createSavedEntries(outputs: readonly OutputItem[]): FileEntry[] {
  const logs = outputs.filter(({ kind }) => isLogKind(kind));
  const others = outputs.filter(({ kind }) => !isLogKind(kind));
  return [
    ...others.map((output) => createEntry(output, output.path)),
    ...groupLogs(logs).flatMap(({ path, attempts }) => {
      const [latest, ...earlier] = attempts.map((attempt) => createEntry(attempt, path));
      return latest === undefined ? [] : [{ ...latest, earlier }];
    }),
  ];
}

export function createNodeEntries(files: readonly NodeFileItem[]): FileEntry[] {
  return files.map(({ path, size, lastModified, contentType }) => ({
    key: path,
    kind: "",
    path,
    size,
    lastModified,
    contentType,
    blobName: undefined,
  }));
}

function createEntry(output: OutputItem, path: string): FileEntry {
  const { blobName, kind, size, lastModified, contentType, log } = output;
  const entry = { key: blobName, kind, path, size, lastModified, contentType, blobName };
  return log?.attempt === undefined ? entry : { ...entry, note: browsing.attempt(log.attempt) };
}

/** Every blob of an entry, those of earlier attempts too. */
export function listBlobNames({ blobName, earlier = [] }: FileEntry): string[] {
  return [...(blobName === undefined ? [] : [blobName]), ...earlier.flatMap(listBlobNames)];
}
