import type { Dirent, Stats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { hasCode } from "../../../core/index.js";

/** A file or folder below a root. */
export interface FolderEntry {
  readonly path: string;
  readonly stats: Stats;
}

/**
 * Lists the entries of a folder, each folder before its own entries, ordered by the bytes of the names. Memory depends on the
 * largest single folder. Omits files that are deleted meanwhile, and links that are broken or point out of the root.
 * @param after - The path at which an earlier listing ended: only entries after it are returned.
 */
export async function* walkFolder(
  root: string,
  options: { readonly isRecursive: boolean; readonly after?: string | undefined },
): AsyncGenerator<FolderEntry> {
  yield* walk(await realpath(root), [], options.isRecursive, options.after?.split("/") ?? []);
}

async function* walk(
  root: string,
  folder: readonly string[],
  isRecursive: boolean,
  after: readonly string[],
): AsyncGenerator<FolderEntry> {
  const [next, ...rest] = after;
  for (const name of await readNames(join(root, ...folder))) {
    if (next !== undefined && name < next) continue;
    const path = [...folder, name];
    const stats = await statInside(root, join(root, ...path));
    if (!stats) continue;
    const wasListed = name === next;
    if (!wasListed) yield { path: path.join("/"), stats };
    // Links to folders are listed but not followed: they may lead back here.
    if (isRecursive && (await isFolder(join(root, ...path))))
      yield* walk(root, path, isRecursive, wasListed ? rest : []);
  }
}

async function readNames(folder: string): Promise<string[]> {
  try {
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() || entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Follows links and returns the target's properties; `undefined` if it does not exist or is not below the root. */
export async function statInside(root: string, path: string): Promise<Stats | undefined> {
  try {
    const real = await realpath(path);
    return real === root || real.startsWith(root + sep) ? await stat(real) : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Resolves a path below a root. A segment without an exact match is matched without regard to case. */
export async function findIgnoringCase(root: string, segments: readonly string[]): Promise<string> {
  let path = root;
  for (const segment of segments) {
    const names = await readNames(path);
    const lowered = segment.toLowerCase();
    const found = names.includes(segment) ? segment : names.find((name) => name.toLowerCase() === lowered);
    path = join(path, found ?? segment);
  }
  return path;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Whether an error means that a file does not exist, or not any more. */
export function isGone(error: unknown): boolean {
  return hasCode(error, "ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG");
}
