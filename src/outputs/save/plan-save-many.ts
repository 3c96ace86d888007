import type { Patterns } from "../options/path-filter.js";
import { type FoundFile, nameSourceFile } from "./find-source-files.js";
import { findFiles, parseSaveManyArguments, type SaveManyOptions } from "./save-many.js";

/**
 * Finds the files that `saveMany` would save or skip, without saving them; none if `saveMany` would throw
 * `NothingMatched`.
 */
export async function planSaveMany(
  kind: string,
  patterns: Patterns,
  options: SaveManyOptions,
): Promise<FoundFile[]> {
  const { patterns: list, selection } = parseSaveManyArguments(kind, patterns, options);
  const found = await findFiles(list, selection, options);
  return found.files.length === 0 && found.error !== undefined ? [] : [...found.files, ...found.missing];
}

/**
 * Returns the files that patterns without wildcards name, whether they exist or not, with their output paths. If one is a folder,
 * `saveMany` saves its files in place of it.
 */
export function planNamedFiles(kind: string, patterns: Patterns, options: SaveManyOptions): FoundFile[] {
  const { patterns: list, selection } = parseSaveManyArguments(kind, patterns, options);
  return list.flatMap((pattern) => nameSourceFile(pattern, selection) ?? []);
}
