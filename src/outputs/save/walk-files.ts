import type { AbortSignalLike } from "@azure/abort-controller";
import type { Dir, Dirent } from "node:fs";
import { opendir, readdir, realpath, stat } from "node:fs/promises";
import { throwIfAborted } from "../../core/index.js";
import { joinLocalPath, type LocalPath, nativePath } from "./local-path.js";

/** How a folder is walked. */
export interface WalkOptions {
  /** Levels of folders to go down; 0 for the folder's own files. */
  readonly maxDepth: number;
  readonly includeHidden: boolean;
  readonly followSymbolicLinks: boolean;
  readonly abortSignal?: AbortSignalLike | undefined;
}

/** What a walk found: a file, or something that it did not, or could not, go into. */
export type WalkedEntry = LocalPath &
  (
    | { readonly type: "file" | "symbolic link" | "hidden file" }
    | { readonly type: "unreadable" | "unreadable folder"; readonly error: Error }
  );

/**
 * Walks the files below a folder, one at a time, in no particular order. Reports links and hidden entries that it does
 * not go into, and folders and links that cannot be read; passes over pipes, sockets and devices. A link that leads back
 * to a folder above it is not followed again.
 */
export async function* walkFiles(folder: LocalPath, options: WalkOptions): AsyncGenerator<WalkedEntry> {
  yield* walk(folder, options, 0, []);
}

async function* walk(
  folder: LocalPath,
  options: WalkOptions,
  depth: number,
  above: readonly string[],
): AsyncGenerator<WalkedEntry> {
  const opened = await openFolder(folder, options, above);
  if (opened instanceof Error) yield { ...folder, type: "unreadable folder", error: opened };
  if (opened === undefined || opened instanceof Error) return;
  for await (const entry of readEntries(folder, opened.entries)) {
    throwIfAborted(options.abortSignal);
    const location = joinLocalPath(folder, entry.name);
    const type =
      entry.name.toString().startsWith(".") && !options.includeHidden
        ? "hidden file"
        : await readType(entry, location, options.followSymbolicLinks);
    if (type instanceof Error) yield { ...location, type: "unreadable", error: type };
    else if (type === "folder") {
      if (depth < options.maxDepth) yield* walk(location, options, depth + 1, opened.above);
    } else if (type !== "other") yield { ...location, type };
  }
}

/** Opens a folder. Gives `undefined` when a link has led back to it, and the error when it cannot be read. */
async function openFolder(
  folder: LocalPath,
  { followSymbolicLinks }: WalkOptions,
  above: readonly string[],
): Promise<{ entries: Dir; above: readonly string[] } | undefined | Error> {
  const path = nativePath(folder);
  try {
    const real = followSymbolicLinks ? await realpath(path, "latin1") : "";
    if (followSymbolicLinks && above.includes(real)) return undefined;
    return { entries: await opendir(path, { bufferSize: 256 }), above: [...above, real] };
  } catch (error) {
    return asError(error);
  }
}

/** The entries of a folder; those whose names are not UTF-8 with the bytes of their names. */
async function* readEntries(folder: LocalPath, entries: Dir): AsyncGenerator<Dirent | Dirent<Buffer>> {
  let hasOtherNames = false;
  for await (const entry of entries) {
    if (entry.name.includes("\ufffd")) hasOtherNames = true;
    else yield entry;
  }
  if (!hasOtherNames) return;
  const all = await readdir(nativePath(folder), { encoding: "buffer", withFileTypes: true });
  yield* all.filter(({ name }) => name.toString().includes("\ufffd"));
}

async function readType(
  entry: Dirent | Dirent<Buffer>,
  location: LocalPath,
  followSymbolicLinks: boolean,
): Promise<"file" | "folder" | "symbolic link" | "other" | Error> {
  if (entry.isSymbolicLink() && !followSymbolicLinks) return "symbolic link";
  try {
    const seen = entry.isSymbolicLink() ? await stat(nativePath(location)) : entry;
    if (seen.isFile()) return "file";
    return seen.isDirectory() ? "folder" : "other";
  } catch (error) {
    return asError(error);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
