import type { AbortSignalLike } from "@azure/abort-controller";
import { lstat, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { BatchOutputsError, hasCode, isArgumentError, quote } from "../../core/index.js";
import { outputPathFor } from "../../conventions/index.js";
import { createMatcher, requireNoNegation, parsePattern } from "../options/path-filter.js";
import { createLocalPath } from "./local-path.js";
import { type WalkedEntry, walkFiles } from "./walk-files.js";

/** Selects the files that `saveMany` saves. */
export interface SourceSelection {
  /** The folder to which relative patterns refer. */
  readonly cwd: string;
  /** Whether a file with this output path is selected. */
  readonly isWanted: (path: string) => boolean;
  readonly includeHidden: boolean;
  readonly followSymbolicLinks: boolean;
  /** The beginning of every output path; "" or a text that ends in "/". */
  readonly destinationPrefix: string;
  readonly abortSignal?: AbortSignalLike | undefined;
}

/**
 * Why a matching file is not saved. The search finds links and hidden files; `saveMany` reports what is missing, and
 * the save of a file finds that its output exists.
 */
export type SkipReason = "symbolic link" | "hidden file" | "exists" | "missing";

/** A file to save, skip or report, and its output path. Sizes are not read. */
export interface FoundFile {
  /** The file's path; bytes of a name that is not UTF-8 are written as `%E9`. */
  readonly sourcePath: string;
  /** The path's bytes, if they are not UTF-8. */
  readonly sourcePathBytes?: Buffer;
  readonly path: string;
  readonly skipped?: SkipReason;
  /** Why it cannot be saved: it is not readable, or its name cannot be an output path. */
  readonly error?: Error;
}

/** The matching files. */
export interface FoundFiles {
  /** Each file once, ordered by output path. */
  readonly files: readonly FoundFile[];
  /** The patterns without a matching file; skipped links and hidden files do not count. */
  readonly unmatched: readonly UnmatchedPattern[];
}

/** A pattern without a matching file. */
export interface UnmatchedPattern {
  readonly pattern: string;
  /** Whether it has no wildcards: it names one file or folder. */
  readonly isPath: boolean;
}

/**
 * Finds the files that match the patterns. A pattern that is the path of an existing file or folder is used literally,
 * whatever characters it contains; a folder means all its files, and a symbolic link means its target.
 *
 * @throws BatchOutputsError `DestinationConflict` if two files would have the same output path.
 */
export async function findSourceFiles(
  patterns: readonly string[],
  selection: SourceSelection,
): Promise<FoundFiles> {
  const found = new Map<string, FoundFile>();
  const unmatched: UnmatchedPattern[] = [];
  for (const pattern of patterns) {
    let hasMatch = false;
    for await (const candidates of findByPattern(pattern, selection)) {
      for (const { file, wantedPath } of candidates) {
        hasMatch ||= file.skipped === undefined;
        if (!selection.isWanted(wantedPath)) continue;
        const key = file.sourcePathBytes?.toString("latin1") ?? file.sourcePath;
        // A file that one pattern selects and another skips is selected.
        if (found.get(key)?.skipped !== undefined || !found.has(key)) found.set(key, file);
      }
    }
    if (!hasMatch) unmatched.push({ pattern, isPath: parsePattern(toSlashedPattern(pattern)).glob === "" });
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  requireDistinctPaths(files);
  return { files, unmatched };
}

/** Returns the file that a pattern without wildcards names; `undefined` for other patterns, and for files that are excluded. */
export function nameSourceFile(pattern: string, selection: SourceSelection): FoundFile | undefined {
  const { folder, glob } = parsePattern(toSlashedPattern(pattern));
  if (glob !== "") return undefined;
  const path = resolve(selection.cwd, folder);
  const base = isAbsolute(pattern) ? dirname(path) : selection.cwd;
  const { file, wantedPath } = createCandidate({ ...createLocalPath(path), type: "file" }, base, selection);
  return selection.isWanted(wantedPath) ? file : undefined;
}

/** A file that matches a pattern, before `exclude`. */
interface Candidate {
  readonly file: FoundFile;
  /** The path that is compared with the patterns of `exclude`: the output path without the prefix. */
  readonly wantedPath: string;
}

/** In batches, because a promise for each of thousands of files would take longer than reading the file. */
type Candidates = AsyncGenerator<readonly Candidate[]>;

async function* findByPattern(pattern: string, selection: SourceSelection): Candidates {
  const path = resolve(selection.cwd, pattern);
  const type = await readTypeAt(path);
  if (type !== undefined)
    yield* findBelow(path, type, isAbsolute(pattern) ? undefined : selection.cwd, selection);
  else if (pattern.includes("\ufffd")) yield* findByLossyName(pattern, selection);
  else yield* findByGlob(pattern, selection);
}

/** Finds a file, or all files of a folder. Output paths are relative to the base; without one, to the folder. */
async function* findBelow(
  path: string,
  type: TypeAtPath,
  base: string | undefined,
  selection: SourceSelection,
): Candidates {
  if (type === "folder") {
    const walked = walkFiles(createLocalPath(path), { ...selection, maxDepth: Infinity });
    for await (const entries of walked)
      yield entries.map((entry) => createCandidate(entry, base ?? path, selection));
  } else {
    const location = createLocalPath(path);
    const entry: WalkedEntry =
      type instanceof Error ? { ...location, type: "unreadable", error: type } : { ...location, type };
    yield [createCandidate(entry, base ?? dirname(path), selection)];
  }
}

/** Finds files whose names are not UTF-8: arguments of a program contain U+FFFD in place of the invalid bytes. */
async function* findByLossyName(pattern: string, selection: SourceSelection): Candidates {
  for await (const candidates of findByGlob(pattern.replaceAll("\ufffd", "?"), selection))
    yield candidates.filter(({ file }) => file.sourcePathBytes !== undefined);
}

async function* findByGlob(pattern: string, selection: SourceSelection): Candidates {
  requireNoNegation(pattern, "patterns");
  const { folder: beginning, glob } = parsePattern(toSlashedPattern(pattern));
  const folder = resolve(selection.cwd, beginning);
  const type = await readTypeAt(folder);
  // For an absolute pattern, the part without wildcards does not become part of the output path.
  const base = isAbsolute(pattern) ? folder : selection.cwd;
  if (type === undefined) return;
  if (glob === "" || type instanceof Error) yield* findBelow(folder, type, base, selection);
  if (glob === "" || type !== "folder") return;
  const isMatch = createMatcher(glob, selection);
  const walked = walkFiles(createLocalPath(folder), {
    ...selection,
    maxDepth: measureMaxDepth(glob),
    // A pattern that contains a hidden name includes it.
    includeHidden: selection.includeHidden || /(?:^|\/)\./.test(glob),
  });
  // A folder that cannot be read might contain matching files.
  const isNamed = ({ type, path, lossyPath }: WalkedEntry): boolean =>
    type === "unreadable folder" ||
    isMatch(makeRelative(folder, path)) ||
    (lossyPath !== path && isMatch(makeRelative(folder, lossyPath)));
  for await (const entries of walked) {
    yield entries
      .filter((entry) => isNamed(entry) && entry.type !== "hidden file")
      .map((entry) => createCandidate(entry, base, selection));
  }
}

/**
 * On Windows, a pattern with `/` for every `\`, and without the prefix `\\?\`, whose `?` is no wildcard: `\\?\C:\logs\*` is
 * `C:/logs/*`.
 */
function toSlashedPattern(pattern: string): string {
  if (process.platform !== "win32") return pattern;
  const slashed = pattern.replaceAll("\\", "/");
  return slashed.replace(/^\/\/\?\/UNC\//i, "//").replace(/^\/\/\?\//, "");
}

/**
 * The maximum depth at which a pattern can match: its number of slashes, unless its wildcards match any number of them.
 */
function measureMaxDepth(glob: string): number {
  return /\*\*|\{/.test(glob) ? Infinity : glob.split("/").length - 1;
}

/** Creates a candidate from an entry, with its output path: relative to the base, without leading `../`. */
function createCandidate(entry: WalkedEntry, base: string, selection: SourceSelection): Candidate {
  const written = makeRelative(base, entry.path) || basename(entry.path);
  const { path, wantedPath, error: nameError } = parseOutputPath(written, selection);
  const file: Writable<FoundFile> = { sourcePath: entry.path, path };
  if (entry.bytes !== undefined) file.sourcePathBytes = entry.bytes;
  const error = "error" in entry ? entry.error : nameError;
  if (error) file.error = error;
  else if (entry.type === "symbolic link" || entry.type === "hidden file") file.skipped = entry.type;
  return { file, wantedPath };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function parseOutputPath(
  written: string,
  { destinationPrefix }: SourceSelection,
): { readonly wantedPath: string; readonly path: string; readonly error?: Error } {
  try {
    const wantedPath = outputPathFor(written);
    return { wantedPath, path: destinationPrefix + wantedPath };
  } catch (error) {
    if (!isArgumentError(error)) throw error;
    const reason = `${quote(written)} cannot be saved under its own name: it ${error.problem}.`;
    const options = { path: written, cause: error };
    return {
      wantedPath: written,
      path: written,
      error: new BatchOutputsError("UnsupportedName", reason, options),
    };
  }
}

/** The relative path between two absolute paths, with `/` between its segments. */
function makeRelative(from: string, to: string): string {
  // Usually the path is below the folder, and `relative`, which compares every character, is not needed.
  const start = from.endsWith(sep) ? from : from + sep;
  const way = to.startsWith(start) ? to.slice(start.length) : relative(from, to);
  return sep === "/" ? way : way.replaceAll(sep, "/");
}

type TypeAtPath = "file" | "folder" | Error;

/** The type of the file at the path, or of a link's target; `undefined` if there is none. */
async function readTypeAt(path: string): Promise<TypeAtPath | undefined> {
  let isLink = false;
  try {
    isLink = (await lstat(path)).isSymbolicLink();
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isMissing = hasCode(error, "ENOENT", "ENOTDIR", "ENAMETOOLONG");
    return isMissing && !isLink ? undefined : error;
  }
}

function requireDistinctPaths(files: readonly FoundFile[]): void {
  const saved = files.filter((file) => file.skipped === undefined && file.error === undefined);
  saved.forEach((file, index) => {
    const next = saved[index + 1];
    if (next?.path !== file.path) return;
    throw new BatchOutputsError(
      "DestinationConflict",
      `Two files would be saved as "${file.path}", so nothing was saved: ${file.sourcePath} and ${next.sourcePath}.`,
      { path: file.path, hint: { action: "separate-destinations" } },
    );
  });
}
