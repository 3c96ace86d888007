import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Whether a value is the reference's own, corrected, to be refused, or for this project to decide. */
export type ConformanceCase = "agree" | "corrected" | "rejected" | "choice";

export interface ContainerNameEntry {
  readonly jobId: string;
  readonly containerName: string;
  readonly why: string;
}

interface BlobNameEntry {
  readonly scope: "job" | "task";
  readonly taskId?: string;
  readonly kind: string;
  readonly blobName: string | null;
  readonly case: ConformanceCase;
  /** What .NET calls the argument that is wrong; of `rejected` entries. */
  readonly argument?: string;
}

export interface BlobPathEntry extends BlobNameEntry {
  readonly sourceRelativePath: string;
}

export interface BlobDestinationEntry extends BlobNameEntry {
  readonly destinationRelativePath: string;
}

export interface FilePathEntry {
  readonly uri: string;
  readonly filePath: string | null;
  readonly case: ConformanceCase;
}

export interface TaskUrlEntry {
  readonly taskUrl: string;
  /** Null where the call must fail. */
  readonly jobId: string | null;
}

/** Where the entries of a file come from, for the title of a test, and the entries. */
export type ConformanceSet<Entry> = readonly [from: string, entries: readonly Entry[]];

const ownFolder = fileURLToPath(new URL("../conformance/", import.meta.url));

/** A folder with more values in files of the same names and forms; tested beside the ones in this repository. */
export const secondFolder = process.env["CONFORMANCE_DIR"];

const files = {
  containerNames: "container-names.json",
  blobPaths: "blob-paths.json",
  blobDestinations: "blob-destinations.json",
  filePaths: "file-paths.json",
  taskUrlJobIds: "task-url-job-ids.json",
} as const;

export const containerNameSets = setsOf(files.containerNames) as ConformanceSet<ContainerNameEntry>[];
export const blobPathSets = setsOf(files.blobPaths) as ConformanceSet<BlobPathEntry>[];
export const blobDestinationSets = setsOf(files.blobDestinations) as ConformanceSet<BlobDestinationEntry>[];
export const filePathSets = setsOf(files.filePaths) as ConformanceSet<FilePathEntry>[];
export const taskUrlSets = setsOf(files.taskUrlJobIds) as ConformanceSet<TaskUrlEntry>[];

/** The files that a folder has of those that say something about names. */
export function conformanceFilesIn(folder: string): string[] {
  return Object.values(files).filter((file) => existsSync(join(folder, file)));
}

/** The file of this repository, and that of the second folder, which may leave some out. */
function setsOf(file: string): ConformanceSet<unknown>[] {
  const own = ["the conformance values", entriesOf(join(ownFolder, file))] as const;
  if (secondFolder === undefined || !conformanceFilesIn(secondFolder).includes(file)) return [own];
  return [own, ["the values of CONFORMANCE_DIR", entriesOf(join(secondFolder, file))]];
}

function entriesOf(path: string): unknown[] {
  const entries: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!Array.isArray(entries) || entries.length === 0)
    throw new Error(`${path} does not hold an array of entries`);
  return entries;
}
