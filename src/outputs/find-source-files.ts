import { lstat, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import picomatch from "picomatch";
import { assertOutputPath, outputPathFor } from "../conventions/index.js";
import { BatchOutputsError } from "../errors.js";
import { matcher } from "./path-filter.js";
import { walkFiles, type WalkOptions } from "./walk-files.js";

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
}

/** Why a file that a pattern named is not saved. */
export type SkipReason = "symbolic link" | "hidden file" | "exists";

/** A file that a pattern named, and the output path it will have. */
export interface FoundFile {
  readonly sourcePath: string;
  readonly path: string;
  readonly skipped?: SkipReason;
  /** Why the file's name cannot be an output path. */
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
  const literal = resolve(selection.cwd, pattern);
  const seen = await seenAt(literal, selection);
  const base = isAbsolute(pattern) ? undefined : selection.cwd;
  if (seen === "folder") yield* filesIn(literal, base ?? literal, selection);
  else if (seen === undefined) yield* matches(pattern, selection);
  else {
    const file = named(literal, base ?? dirname(literal), selection);
    if (file) yield seen === "symbolic link" ? { ...file, skipped: seen } : file;
  }
}

async function* filesIn(folder: string, base: string, selection: SourceSelection): AsyncGenerator<FoundFile> {
  for await (const entry of walkFiles(folder, { ...selection, maxDepth: Infinity })) {
    const file = named(entry.path, base, selection);
    if (file) yield entry.type === "file" ? file : { ...file, skipped: entry.type };
  }
}

async function* matches(pattern: string, selection: SourceSelection): AsyncGenerator<FoundFile> {
  const slashed = process.platform === "win32" ? pattern.replaceAll("\\", "/") : pattern;
  const { base, glob } = picomatch.scan(slashed);
  const folder = resolve(selection.cwd, base);
  if (glob === "" || (await seenAt(folder, { followSymbolicLinks: true })) !== "folder") return;
  // A pattern that names a hidden file outright means it.
  const includeHidden = selection.includeHidden || /(?:^|\/)\./.test(glob);
  const isMatch = matcher(glob, selection);
  const options: WalkOptions = {
    maxDepth: depthOf(glob),
    includeHidden,
    followSymbolicLinks: selection.followSymbolicLinks,
  };
  for await (const entry of walkFiles(folder, options)) {
    if (entry.type === "hidden file" || !isMatch(relative(folder, entry.path).split(sep).join("/"))) continue;
    // Of an absolute pattern, the part without wildcards is not worth keeping in the store.
    const file = named(entry.path, isAbsolute(pattern) ? folder : selection.cwd, selection);
    if (file) yield entry.type === "file" ? file : { ...file, skipped: entry.type };
  }
}

/** How deep a pattern can reach: not below its own slashes, unless it has wildcards that match any number of them. */
function depthOf(glob: string): number {
  return /\*\*|[{(]/.test(glob) ? Infinity : glob.split("/").length - 1;
}

/** The file with its output path: relative to the base, up-steps dropped. `undefined` when it is excluded. */
function named(sourcePath: string, base: string, selection: SourceSelection): FoundFile | undefined {
  const below = (relative(base, sourcePath) || basename(sourcePath)).split(sep).join("/");
  try {
    const kept = outputPathFor(below, { argumentName: "patterns" });
    if (!selection.isWanted(kept)) return undefined;
    const path = selection.destinationPrefix + kept;
    assertOutputPath(path, "patterns");
    return { sourcePath, path };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return selection.isWanted(below) ? { sourcePath, path: below, error } : undefined;
  }
}

async function seenAt(
  path: string,
  options: Pick<SourceSelection, "followSymbolicLinks">,
): Promise<"file" | "folder" | "symbolic link" | undefined> {
  try {
    if (!options.followSymbolicLinks && (await lstat(path)).isSymbolicLink()) return "symbolic link";
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    throw error;
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
