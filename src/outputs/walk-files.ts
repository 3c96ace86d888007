import type { Dirent } from "node:fs";
import { opendir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";

/** How a folder is walked. */
export interface WalkOptions {
  /** Levels of folders to go down; 0 for the folder's own files. */
  readonly maxDepth: number;
  readonly includeHidden: boolean;
  readonly followSymbolicLinks: boolean;
}

/** What a walk came upon: a file, or something it did not go into. */
export interface WalkedEntry {
  readonly path: string;
  readonly type: "file" | "symbolic link" | "hidden file";
}

/**
 * Goes through the files below a folder, one at a time, in no particular order. Links and hidden entries that are not
 * gone into are told, not passed over in silence; pipes, sockets and devices are no files. A link that leads back to a
 * folder above it is not followed again.
 */
export async function* walkFiles(folder: string, options: WalkOptions): AsyncGenerator<WalkedEntry> {
  yield* walk(folder, options, 0, options.followSymbolicLinks ? [await realpath(folder)] : []);
}

async function* walk(
  folder: string,
  options: WalkOptions,
  depth: number,
  above: readonly string[],
): AsyncGenerator<WalkedEntry> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") && !options.includeHidden) {
      yield { path, type: "hidden file" };
      continue;
    }
    const type = await typeOf(entry, path, options);
    if (type === "file" || type === "symbolic link") yield { path, type };
    if (type !== "folder" || depth >= options.maxDepth) continue;
    if (!options.followSymbolicLinks) yield* walk(path, options, depth + 1, above);
    else {
      const real = await realpath(path);
      if (!above.includes(real)) yield* walk(path, options, depth + 1, [...above, real]);
    }
  }
}

async function typeOf(
  entry: Dirent,
  path: string,
  options: WalkOptions,
): Promise<"file" | "folder" | "symbolic link" | "other"> {
  if (entry.isSymbolicLink() && !options.followSymbolicLinks) return "symbolic link";
  const seen = entry.isSymbolicLink() ? await stat(path) : entry;
  if (seen.isFile()) return "file";
  return seen.isDirectory() ? "folder" : "other";
}
