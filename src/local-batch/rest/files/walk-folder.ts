import type { Dirent, Stats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { hasCode } from "../../../core/index.js";

/** A file or folder below a root, by its path with "/". */
export interface FolderEntry {
  readonly path: string;
  readonly stats: Stats;
}

/**
 * What is in a folder, each folder before what is in it, in the order of the names' bytes. Memory depends on the largest
 * single folder. What goes away meanwhile is left out; links that lead out of the root, or nowhere, are too.
 * @param after - Where a former listing ended: what comes behind it.
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
    // A link to a folder is shown, but not entered: it may lead back here.
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

/** What is at the path, links followed; `undefined` where that is nothing, or not below the root. */
export async function statInside(root: string, path: string): Promise<Stats | undefined> {
  try {
    const real = await realpath(path);
    return real === root || real.startsWith(root + sep) ? await stat(real) : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The path below a root, each step by a name that is the same but for its case where there is none that is wholly the same. */
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

/** Whether an error says that there is no such file, or none any more. */
export function isGone(error: unknown): boolean {
  return hasCode(error, "ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG");
}
