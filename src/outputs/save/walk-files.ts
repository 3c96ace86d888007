import type { AbortSignalLike } from "@azure/abort-controller";
import type { Dir, Dirent } from "node:fs";
import { opendir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { throwIfAborted } from "../../core/index.js";

/** How a folder is walked. */
export interface WalkOptions {
  /** Levels of folders to go down; 0 for the folder's own files. */
  readonly maxDepth: number;
  readonly includeHidden: boolean;
  readonly followSymbolicLinks: boolean;
  readonly abortSignal?: AbortSignalLike | undefined;
}

/** What a walk came upon: a file, or something that it did not, or could not, go into. */
export type WalkedEntry =
  | { readonly path: string; readonly type: "file" | "symbolic link" | "hidden file" }
  | { readonly path: string; readonly type: "unreadable" | "unreadable folder"; readonly error: Error };

/**
 * Goes through the files below a folder, one at a time, in no particular order. Links and hidden entries that are not
 * gone into are told, not passed over in silence, and so are folders and links that cannot be read; pipes, sockets and
 * devices are no files. A link that leads back to a folder above it is not followed again.
 */
export async function* walkFiles(folder: string, options: WalkOptions): AsyncGenerator<WalkedEntry> {
  yield* walk(folder, options, 0, []);
}

async function* walk(
  folder: string,
  options: WalkOptions,
  depth: number,
  above: readonly string[],
): AsyncGenerator<WalkedEntry> {
  const opened = await openFolder(folder, options, above);
  if (opened instanceof Error) yield { path: folder, type: "unreadable folder", error: opened };
  if (opened === undefined || opened instanceof Error) return;
  for await (const entry of opened.entries) {
    throwIfAborted(options.abortSignal);
    const path = join(folder, entry.name);
    const type =
      entry.name.startsWith(".") && !options.includeHidden
        ? "hidden file"
        : await typeOf(entry, path, options.followSymbolicLinks);
    if (type instanceof Error) yield { path, type: "unreadable", error: type };
    else if (type === "folder") {
      if (depth < options.maxDepth) yield* walk(path, options, depth + 1, opened.above);
    } else if (type !== "other") yield { path, type };
  }
}

/** The open folder, `undefined` when a link has led back to it, or why it cannot be read. */
async function openFolder(
  folder: string,
  { followSymbolicLinks }: WalkOptions,
  above: readonly string[],
): Promise<{ entries: Dir; above: readonly string[] } | undefined | Error> {
  try {
    if (!followSymbolicLinks) return { entries: await opendir(folder, { bufferSize: 256 }), above };
    const real = await realpath(folder);
    return above.includes(real)
      ? undefined
      : { entries: await opendir(folder, { bufferSize: 256 }), above: [...above, real] };
  } catch (error) {
    return asError(error);
  }
}

async function typeOf(
  entry: Dirent,
  path: string,
  followSymbolicLinks: boolean,
): Promise<"file" | "folder" | "symbolic link" | "other" | Error> {
  if (entry.isSymbolicLink() && !followSymbolicLinks) return "symbolic link";
  try {
    const seen = entry.isSymbolicLink() ? await stat(path) : entry;
    if (seen.isFile()) return "file";
    return seen.isDirectory() ? "folder" : "other";
  } catch (error) {
    return asError(error);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
