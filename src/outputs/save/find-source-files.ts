import type { AbortSignalLike } from "@azure/abort-controller";
import { lstat, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { BatchOutputsError } from "../../core/index.js";
import { requireOutputPath, outputPathFor } from "../../conventions/index.js";
import { matcher, refuseNegation, scanPattern } from "../options/path-filter.js";
import { type WalkedEntry, walkFiles } from "./walk-files.js";

/** What `saveMany` looks for, and where. */
export interface SourceSelection {
  /** The folder that relative patterns start from. */
  readonly cwd: string;
  /** Whether an output path is wanted. */
  readonly isWanted: (path: string) => boolean;
  readonly includeHidden: boolean;
  readonly followSymbolicLinks: boolean;
  /** Put before every output path; "" or something that ends in "/". */
  readonly destinationPrefix: string;
  readonly abortSignal?: AbortSignalLike | undefined;
}

/** Why a file that a pattern named is not saved. */
export type SkipReason = "symbolic link" | "hidden file" | "exists";

/** A file that a pattern named, and the output path it will have. */
export interface FoundFile {
  readonly sourcePath: string;
  readonly path: string;
  readonly skipped?: SkipReason;
  /** Why it cannot be saved: it cannot be read, or its name cannot be an output path. */
  readonly error?: Error;
}

/**
 * The files that the patterns name, each once, in the order of their output paths. A pattern that is the path of a file
 * or folder is taken by its word, whatever characters it holds; a folder stands for all that is in it.
 *
 * @throws BatchOutputsError `DestinationConflict` when two files would get one output path.
 */
export async function findSourceFiles(
  patterns: readonly string[],
  selection: SourceSelection,
): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const pattern of patterns) {
    for await (const file of filesOf(pattern, selection)) {
      // Named by one pattern and skipped by another: named counts.
      if (found.get(file.sourcePath)?.skipped !== undefined || !found.has(file.sourcePath))
        found.set(file.sourcePath, file);
    }
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  refuseConflicts(files);
  return files;
}

async function* filesOf(pattern: string, selection: SourceSelection): AsyncGenerator<FoundFile> {
  const path = resolve(selection.cwd, pattern);
  const seen = await seenAt(path, selection.followSymbolicLinks);
  if (seen === undefined) yield* matches(pattern, selection);
  else yield* below(path, seen, isAbsolute(pattern) ? undefined : selection.cwd, selection);
}

/** A file, or all files of a folder. Output paths start from the base: without one, from the folder. */
async function* below(
  path: string,
  seen: Seen,
  base: string | undefined,
  selection: SourceSelection,
): AsyncGenerator<FoundFile> {
  if (seen === "folder") {
    const walked = walkFiles(path, { ...selection, maxDepth: Infinity });
    for await (const entry of walked) yield* named(entry, base ?? path, selection);
  } else {
    const entry: WalkedEntry =
      seen instanceof Error ? { path, type: "unreadable", error: seen } : { path, type: seen };
    yield* named(entry, base ?? dirname(path), selection);
  }
}

async function* matches(pattern: string, selection: SourceSelection): AsyncGenerator<FoundFile> {
  refuseNegation(pattern, "patterns");
  const slashed = process.platform === "win32" ? pattern.replaceAll("\\", "/") : pattern;
  const { folder: beginning, glob } = scanPattern(slashed);
  const folder = resolve(selection.cwd, beginning);
  const seen = await seenAt(folder, true);
  // Of an absolute pattern, the part without wildcards is not worth keeping in the store.
  const base = isAbsolute(pattern) ? folder : selection.cwd;
  if (seen === undefined) return;
  if (glob === "" || seen instanceof Error) yield* below(folder, seen, base, selection);
  if (glob === "" || seen !== "folder") return;
  const isMatch = matcher(glob, selection);
  const walked = walkFiles(folder, {
    ...selection,
    maxDepth: depthOf(glob),
    // A pattern that names a hidden file outright means it.
    includeHidden: selection.includeHidden || /(?:^|\/)\./.test(glob),
  });
  for await (const entry of walked) {
    // What a folder that cannot be read holds might have matched.
    const isWanted =
      entry.type === "unreadable folder" || isMatch(relative(folder, entry.path).split(sep).join("/"));
    if (isWanted && entry.type !== "hidden file") yield* named(entry, base, selection);
  }
}

/** How deep a pattern can reach: not below its own slashes, unless it has wildcards that match any number of them. */
function depthOf(glob: string): number {
  return /\*\*|\{/.test(glob) ? Infinity : glob.split("/").length - 1;
}

/** What was found, with its output path: relative to the base, up-steps dropped. Nothing when it is excluded. */
function* named(entry: WalkedEntry, base: string, selection: SourceSelection): Generator<FoundFile> {
  const sourcePath = entry.path;
  const written = (relative(base, sourcePath) || basename(sourcePath)).split(sep).join("/");
  const found = outputPathOf(written, selection);
  if (!selection.isWanted(found.kept)) return;
  const { path } = found;
  const error = "error" in entry ? entry.error : found.error;
  if (error) yield { sourcePath, path, error };
  else if (entry.type === "symbolic link" || entry.type === "hidden file")
    yield { sourcePath, path, skipped: entry.type };
  else yield { sourcePath, path };
}

/** The output path of a file, and what the patterns of `exclude` are compared with: the same without the prefix. */
function outputPathOf(
  written: string,
  { destinationPrefix }: SourceSelection,
): { readonly kept: string; readonly path: string; readonly error?: Error } {
  try {
    const kept = outputPathFor(written, { argumentName: "patterns" });
    const path = destinationPrefix + kept;
    requireOutputPath(path, "patterns");
    return { kept, path };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kept: written, path: written, error };
  }
}

type Seen = "file" | "folder" | "symbolic link" | Error;

async function seenAt(path: string, followSymbolicLinks: boolean): Promise<Seen | undefined> {
  let isLink = false;
  try {
    isLink = (await lstat(path)).isSymbolicLink();
    if (isLink && !followSymbolicLinks) return "symbolic link";
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = "code" in error ? error.code : undefined;
    const isMissing = code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG";
    return isMissing && !isLink ? undefined : error;
  }
}

function refuseConflicts(files: readonly FoundFile[]): void {
  const saved = files.filter((file) => file.skipped === undefined && file.error === undefined);
  saved.forEach((file, index) => {
    const next = saved[index + 1];
    if (next?.path !== file.path) return;
    throw new BatchOutputsError(
      "DestinationConflict",
      `Two files would be saved as "${file.path}", so nothing was saved: ${file.sourcePath} and ${next.sourcePath}. Save them in two calls with different options.destinationPrefix.`,
      { path: file.path },
    );
  });
}
