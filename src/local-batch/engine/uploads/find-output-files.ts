import type { Dirent } from "node:fs";
import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../../../core/index.js";
import type { OutputPattern } from "./output-pattern.js";

/** A file to upload. */
export interface FoundOutput {
  readonly path: string;
  /** Relative to the pattern's folder, with `/`. */
  readonly name: string;
}

/**
 * Finds the files that match a pattern, one at a time, in no particular order. Folders are not included, links to files
 * are.
 */
export async function* findOutputFiles({
  folder,
  segments,
  file,
}: OutputPattern): AsyncGenerator<FoundOutput> {
  if (file === undefined) {
    yield* findBelow(folder, "", segments);
    return;
  }
  const path = join(folder, file);
  if (await isFile(path)) yield { path, name: file };
}

async function* findBelow(
  folder: string,
  prefix: string,
  [segment, ...rest]: OutputPattern["segments"],
): AsyncGenerator<FoundOutput> {
  if (segment === undefined) return;
  if (segment === "any folders") yield* findBelow(folder, prefix, rest);
  for await (const entry of readEntries(folder)) {
    const path = join(folder, entry.name);
    const name = `${prefix}${entry.name}`;
    if (segment === "any folders") {
      // Links to folders are not followed, since one may lead to a parent folder.
      if (entry.isDirectory() && !entry.name.startsWith("."))
        yield* findBelow(path, `${name}/`, [segment, ...rest]);
    } else if (segment.test(entry.name)) {
      if (rest.length > 0) yield* findBelow(path, `${name}/`, rest);
      else if (await isFile(path)) yield { path, name };
    }
  }
}

async function* readEntries(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return hasCode(error, "ENOENT", "ENOTDIR");
}
