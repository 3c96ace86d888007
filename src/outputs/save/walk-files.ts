import type { AbortSignalLike } from "@azure/abort-controller";
import type { Dir, Dirent } from "node:fs";
import { opendir, readdir, realpath, stat } from "node:fs/promises";
import { throwIfAborted } from "../../core/index.js";
import { joinLocalPath, type LocalPath, toNativePath } from "./local-path.js";

/** Options of walking a folder. */
export interface WalkOptions {
  /** The number of levels of sub-folders; 0 for the folder's own files. */
  readonly maxDepth: number;
  readonly includeHidden: boolean;
  readonly followSymbolicLinks: boolean;
  readonly abortSignal?: AbortSignalLike | undefined;
}

/** A file, or an entry that was skipped or could not be read. */
export type WalkedEntry = LocalPath &
  (
    | { readonly type: "file" | "symbolic link" | "hidden file" }
    | { readonly type: "unreadable" | "unreadable folder"; readonly error: Error }
  );

/** The number of entries of a folder that are read at a time. */
const batchEntries = 256;

/**
 * Walks the files below a folder, in batches, in no particular order. Reports links and hidden entries that it does not
 * enter, and folders and links that cannot be read; skips pipes, sockets and devices. A link to a parent folder is not
 * followed again.
 */
export async function* walkFiles(
  folder: LocalPath,
  options: WalkOptions,
): AsyncGenerator<readonly WalkedEntry[]> {
  yield* walk(folder, options, 0, []);
}

async function* walk(
  folder: LocalPath,
  options: WalkOptions,
  depth: number,
  above: readonly string[],
): AsyncGenerator<readonly WalkedEntry[]> {
  const opened = await openFolder(folder, options, above);
  if (opened instanceof Error) yield [{ ...folder, type: "unreadable folder", error: opened }];
  if (opened === undefined || opened instanceof Error) return;
  for await (const entries of readBatches(folder, opened.entries)) {
    const found: WalkedEntry[] = [];
    const folders: LocalPath[] = [];
    for (const entry of entries) {
      throwIfAborted(options.abortSignal);
      const location = joinLocalPath(folder, entry.name);
      const answer = findType(entry, location, options);
      // Only the types of links are awaited: a promise for each entry would take most of the time.
      const type = answer instanceof Promise ? await answer : answer;
      if (type instanceof Error) found.push({ ...location, type: "unreadable", error: type });
      else if (type === "folder") folders.push(location);
      else if (type !== "other") found.push({ ...location, type });
    }
    yield found;
    throwIfAborted(options.abortSignal);
    if (depth < options.maxDepth)
      for (const below of folders) yield* walk(below, options, depth + 1, opened.above);
  }
}

/** Opens a folder. Returns `undefined` if a link has led back to it, and the error if it cannot be read. */
async function openFolder(
  folder: LocalPath,
  { followSymbolicLinks }: WalkOptions,
  above: readonly string[],
): Promise<{ entries: Dir; above: readonly string[] } | undefined | Error> {
  const path = toNativePath(folder);
  try {
    const real = followSymbolicLinks ? await realpath(path, "latin1") : "";
    if (followSymbolicLinks && above.includes(real)) return undefined;
    return { entries: await opendir(path, { bufferSize: batchEntries }), above: [...above, real] };
  } catch (error) {
    return toError(error);
  }
}

/** The entries of a folder; those whose names are not UTF-8 with the bytes of their names. */
async function* readBatches(
  folder: LocalPath,
  entries: Dir,
): AsyncGenerator<readonly (Dirent | Dirent<Buffer>)[]> {
  let hasOtherNames = false;
  let batch: Dirent[] = [];
  for await (const entry of entries) {
    if (entry.name.includes("\ufffd")) hasOtherNames = true;
    else if (batch.push(entry) === batchEntries) {
      yield batch;
      batch = [];
    }
  }
  yield batch;
  if (!hasOtherNames) return;
  const all = await readdir(toNativePath(folder), { encoding: "buffer", withFileTypes: true });
  yield all.filter(({ name }) => name.toString().includes("\ufffd"));
}

type EntryType = "file" | "folder" | "symbolic link" | "hidden file" | "other";

function findType(
  entry: Dirent | Dirent<Buffer>,
  location: LocalPath,
  { includeHidden, followSymbolicLinks }: WalkOptions,
): EntryType | Promise<EntryType | Error> {
  if (!includeHidden && entry.name.toString().startsWith(".")) return "hidden file";
  if (!entry.isSymbolicLink()) return parseType(entry);
  return followSymbolicLinks ? readLinkedType(location) : "symbolic link";
}

async function readLinkedType(location: LocalPath): Promise<EntryType | Error> {
  try {
    return parseType(await stat(toNativePath(location)));
  } catch (error) {
    return toError(error);
  }
}

function parseType(seen: { isFile(): boolean; isDirectory(): boolean }): EntryType {
  if (seen.isFile()) return "file";
  return seen.isDirectory() ? "folder" : "other";
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
