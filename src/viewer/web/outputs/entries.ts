import type { NodeFileItem, OutputItem } from "../../protocol/index.js";
import { groupLogs } from "../model/task-logs.js";
import { isLogKind } from "../model/kinds.js";
import { browsing } from "../text/browsing.js";

/** A file in a list. */
export interface FileEntry {
  readonly key: string;
  /** The output kind; empty for files on a node. */
  readonly kind: string;
  readonly path: string;
  readonly size: number;
  readonly lastModified: string | undefined;
  readonly contentType: string | undefined;
  /** The blob name; `undefined` for files on a node. */
  readonly blobName: string | undefined;
  /** Distinguishes it from another file with the same path: `attempt 1`. */
  readonly note?: string;
  /** Earlier attempts of the same log, the latest first. */
  readonly earlier?: readonly FileEntry[];
}

/** Creates the entries of saved outputs. The attempts of a log are one entry. */
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

/** Lists the blob names of an entry, including earlier attempts. */
export function listBlobNames({ blobName, earlier = [] }: FileEntry): string[] {
  return [...(blobName === undefined ? [] : [blobName]), ...earlier.flatMap(listBlobNames)];
}
