import { resolve } from "node:path";
import {
  argumentRangeError,
  BatchOutputsError,
  concernsAllOutputs,
  forEachConcurrently,
  isBatchOutputsError,
  linkAbort,
  requireLocalPath,
  requireString,
  throwIfAborted,
} from "../../core/index.js";
import { requireOutputKind, requireOutputPath } from "../../conventions/index.js";
import { type ByteBudget, createUploadBudget } from "../../storage/index.js";
import { checkContentOptions, type ContentOptions } from "../options/content-options.js";
import { findSourceFiles, type FoundFile, type SkipReason } from "./find-source-files.js";
import type { OutputFileReference } from "../reference/output-file-reference.js";
import { described, type OutputScope, serviceCall } from "../scope/output-scope.js";
import { type Patterns, pathFilter, pathOrPatternList, patternList } from "../options/path-filter.js";
import { explained, logger } from "../scope/perform.js";
import { saveFile } from "./save-file.js";

/** Options of `saveMany`. */
export interface SaveManyOptions extends ContentOptions {
  /** The folder that relative patterns start from; the current directory by default. */
  cwd?: string | undefined;
  /** Globs of output paths to leave out; one without a slash is compared with the file's name alone. */
  exclude?: Patterns | undefined;
  /** A folder to put before every output path. */
  destinationPrefix?: string | undefined;
  /** Whether names that begin with a dot are saved although no pattern names the dot; false by default. */
  includeHidden?: boolean | undefined;
  /** Whether symbolic links are followed; by default they are skipped, and listed as skipped. */
  followSymbolicLinks?: boolean | undefined;
  /** What to do when nothing matches: fail with `NothingMatched` (the default), log a warning, or nothing. */
  ifNoFilesFound?: "error" | "warn" | "ignore" | undefined;
  /** Files under way at a time; 16 by default. All share 32 MiB of buffers; small ones have their own. */
  concurrency?: number | undefined;
}

/** What became of one file. */
export interface SaveManyEntry {
  /** The file, as an absolute path. */
  readonly sourcePath: string;
  /** The output path. */
  readonly path: string;
  readonly status: "saved" | "unchanged" | "skipped" | "failed";
  /** Bytes saved, or found unchanged. */
  readonly size?: number;
  /** Why it was skipped; "exists" with `overwrite: "never"`. */
  readonly reason?: SkipReason;
  /** Why it failed. */
  readonly error?: Error;
  /** The output, where there is one now. */
  readonly output?: OutputFileReference;
}

/** What `saveMany` did. Files can fail without the call failing: look at `failedCount`. */
export interface SaveManyResult {
  /** Every file that the patterns named, in the order of their output paths. */
  readonly entries: readonly SaveManyEntry[];
  readonly savedCount: number;
  readonly unchangedCount: number;
  readonly skippedCount: number;
  readonly failedCount: number;
  /** Bytes of all saved files. */
  readonly savedBytes: number;
}

const whenNothingIsFound: readonly unknown[] = [
  "error",
  "warn",
  "ignore",
] satisfies SaveManyOptions["ifNoFilesFound"][];

/** Checks the arguments of `saveMany`, and gives the patterns as a list. Throws naming the argument. */
export function checkSaveMany(kind: string, patterns: Patterns, options: SaveManyOptions): string[] {
  checkContentOptions(options);
  requireOutputKind(kind);
  const list = pathOrPatternList(patterns, "patterns");
  if (list.length === 0) throw argumentRangeError("patterns", "must hold a pattern");
  patternList(options.exclude, "options.exclude");
  if (options.cwd !== undefined) requireLocalPath(options.cwd, "options.cwd");
  if (options.destinationPrefix !== undefined) {
    requireString(options.destinationPrefix, "options.destinationPrefix");
    requireOutputPath(prefixOf(options).replace(/\/$/, ""), "options.destinationPrefix");
  }
  if (options.ifNoFilesFound !== undefined && !whenNothingIsFound.includes(options.ifNoFilesFound)) {
    throw argumentRangeError(
      "options.ifNoFilesFound",
      `must be "error", "warn" or "ignore", but is ${JSON.stringify(options.ifNoFilesFound)}`,
    );
  }
  return list;
}

/** Saves what the patterns name. The arguments have been checked. */
export async function saveMany(
  scope: OutputScope,
  kind: string,
  patterns: readonly string[],
  options: SaveManyOptions,
): Promise<SaveManyResult> {
  const files = await filesToSave(patterns, options);
  if (files.length === 0) reportNothing(scope, patterns, options);
  // The caller's signal is listened to once, however many files there are.
  using abort = options.abortSignal && linkAbort(options.abortSignal);
  const { onProgress, concurrency = 16, ...others } = options;
  const content = { ...others, abortSignal: abort?.signal };
  const progressOf = progressOfAll(onProgress);
  const budget = createUploadBudget();
  const entries: SaveManyEntry[] = [];
  await forEachConcurrently(files.entries(), concurrency, async ([index, file]) => {
    throwIfAborted(abort?.signal);
    entries[index] = await saveOne(scope, kind, file, { ...content, onProgress: progressOf() }, budget);
  });
  return resultOf(entries);
}

/** What `saveMany` would save or pass over, without saving it. Throws naming the argument, as `saveMany` does. */
export async function planSaveMany(
  kind: string,
  patterns: Patterns,
  options: SaveManyOptions,
): Promise<FoundFile[]> {
  return await filesToSave(checkSaveMany(kind, patterns, options), options);
}

async function filesToSave(patterns: readonly string[], options: SaveManyOptions): Promise<FoundFile[]> {
  return await findSourceFiles(patterns, {
    cwd: resolve(options.cwd ?? "."),
    isWanted: pathFilter([], patternList(options.exclude, "options.exclude")),
    includeHidden: options.includeHidden ?? false,
    followSymbolicLinks: options.followSymbolicLinks ?? false,
    destinationPrefix: prefixOf(options),
    abortSignal: options.abortSignal,
  });
}

function prefixOf({ destinationPrefix = "" }: SaveManyOptions): string {
  return destinationPrefix === "" || destinationPrefix.endsWith("/")
    ? destinationPrefix
    : `${destinationPrefix}/`;
}

/** Makes one progress of those of many files. */
export function progressOfAll(onProgress: ContentOptions["onProgress"]): () => ContentOptions["onProgress"] {
  if (onProgress === undefined) return () => undefined;
  let loadedBytes = 0;
  return () => {
    let loadedOfFile = 0;
    return (progress) => {
      loadedBytes += progress.loadedBytes - loadedOfFile;
      loadedOfFile = progress.loadedBytes;
      onProgress({ loadedBytes });
    };
  };
}

async function saveOne(
  scope: OutputScope,
  kind: string,
  file: FoundFile,
  options: ContentOptions,
  budget: ByteBudget,
): Promise<SaveManyEntry> {
  const { sourcePath, path } = file;
  if (file.skipped !== undefined) return { sourcePath, path, status: "skipped", reason: file.skipped };
  if (file.error) return { sourcePath, path, status: "failed", error: file.error };
  try {
    const { status, output } = await saveFile(scope, { kind, sourcePath, path }, options, budget);
    return { sourcePath, path, status, size: output.size ?? 0, output };
  } catch (error) {
    const call = serviceCall(scope, `saving ${kind} "${path}" of ${described(scope)}`, ["cw"], {
      kind,
      path,
    });
    const reason = explained(error, call, "saveMany");
    if (!(reason instanceof Error) || concernsAllOutputs(reason)) throw reason;
    if (isBatchOutputsError(reason) && reason.code === "OutputExists")
      return { sourcePath, path, status: "skipped", reason: "exists" };
    return { sourcePath, path, status: "failed", error: reason };
  }
}

function reportNothing(scope: OutputScope, patterns: readonly string[], options: SaveManyOptions): void {
  const message = `No file matches ${patterns.map((pattern) => JSON.stringify(pattern)).join(", ")} in ${resolve(options.cwd ?? ".")}, so nothing was saved for ${described(scope)}. Patterns are relative to options.cwd; a task's own stdout.txt is one folder up: "../stdout.txt".`;
  if ((options.ifNoFilesFound ?? "error") === "error") {
    throw new BatchOutputsError("NothingMatched", message, { jobId: scope.jobId, taskId: scope.taskId });
  }
  if (options.ifNoFilesFound === "warn") logger.warning(message);
}

function resultOf(entries: readonly SaveManyEntry[]): SaveManyResult {
  const count = (status: SaveManyEntry["status"]): number =>
    entries.filter((entry) => entry.status === status).length;
  return {
    entries,
    savedCount: count("saved"),
    unchangedCount: count("unchanged"),
    skippedCount: count("skipped"),
    failedCount: count("failed"),
    savedBytes: entries.reduce((sum, entry) => sum + (entry.status === "saved" ? (entry.size ?? 0) : 0), 0),
  };
}
