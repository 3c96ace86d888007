import { resolve } from "node:path";
import {
  argumentRangeError,
  BatchOutputsError,
  concernsAllOutputs,
  omitUndefined,
  forEachConcurrently,
  isBatchOutputsError,
  linkAbort,
  quote,
  requireFunction,
  requireLocalPath,
  requireOneOf,
  requireString,
  throwIfAborted,
} from "../../core/index.js";
import { requireOutputKind, requireOutputPath } from "../../conventions/index.js";
import { type ByteBudget, createUploadBudget } from "../../storage/index.js";
import { type ContentOptions, requireContentOptions } from "../options/content-options.js";
import {
  createPathFilter,
  parsePathsOrPatterns,
  parsePatterns,
  type Patterns,
} from "../options/path-filter.js";
import type { OutputFileReference } from "../reference/output-file-reference.js";
import { describeTaskLog } from "../scope/file-error.js";
import { nameOutput } from "../scope/named-output.js";
import type { OutputScope } from "../scope/output-scope.js";
import { logger } from "../scope/logger.js";
import { logFailure } from "../scope/perform.js";
import { createStoreCall } from "../scope/store-call.js";
import {
  findSourceFiles,
  type FoundFile,
  type SkipReason,
  type SourceSelection,
} from "./find-source-files.js";
import { saveFile } from "./save-file.js";

/** Options of `saveMany`. */
export interface SaveManyOptions extends ContentOptions {
  /** The folder to which relative patterns refer; the current directory by default. */
  cwd?: string | undefined;
  /** Globs of output paths to exclude; one without a slash is compared with the file name. */
  exclude?: Patterns | undefined;
  /** A folder for all outputs: the beginning of every output path. */
  destinationPrefix?: string | undefined;
  /** Whether to save files whose names begin with a dot if the pattern does not contain the dot; false by default. */
  includeHidden?: boolean | undefined;
  /**
   * Whether to follow symbolic links in folders and globs; by default they are skipped, and listed as skipped. A link
   * that a pattern names explicitly is always followed.
   */
  followSymbolicLinks?: boolean | undefined;
  /**
   * What to do for each pattern without a matching file. "error" (the default): the result has an entry for the pattern
   * that failed with `NothingMatched`, beside the files of other patterns; if no file matches any pattern, the call
   * fails. "warn": a warning is logged, which is shown with `AZURE_LOG_LEVEL=warning` or `setLogLevel` of `@azure/logger`.
   * "ignore": nothing is logged. With "warn" and "ignore", a plain path that does not exist is listed as skipped.
   */
  ifNoFilesFound?: "error" | "warn" | "ignore" | undefined;
  /** The maximum number of concurrent files; 16 by default. Large files share 32 MiB of buffers; each small file has its own. */
  concurrency?: number | undefined;
  /** Called when a file is done. @internal */
  onEntry?: ((entry: SaveManyEntry) => void) | undefined;
  /** Called with the matching files; those that it returns are saved, or fail with the error that it adds. @internal */
  selectFiles?: SelectFiles | undefined;
}

/** Selects some of the matching files, and adds errors to those that must not be saved. @internal */
export type SelectFiles = (files: readonly FoundFile[]) => readonly FoundFile[];

/** The result of one file. */
export interface SaveManyEntry {
  /** The file, as an absolute path. A byte of a name that is not UTF-8 is written as `%` and two digits: `caf%E9.txt`. */
  readonly sourcePath: string;
  /** The output path; for a pattern without a matching file, the pattern. */
  readonly path: string;
  /** `unchanged`: the output had the same content already. `skipped`: see `reason`. */
  readonly status: "saved" | "unchanged" | "skipped" | "failed";
  /** Bytes saved, or found unchanged. */
  readonly size?: number;
  /** The file's name is not UTF-8: `sourcePath` and `path` contain some of its bytes as `%` and two digits. */
  readonly isNameEscaped?: true;
  /** Why it was skipped; "exists" with `overwrite: "never"`, "missing" for a path that does not exist. */
  readonly reason?: SkipReason;
  /** Why it failed. */
  readonly error?: Error;
  /** The output, if it exists now. */
  readonly output?: OutputFileReference;
}

/** The result of `saveMany`. Files can fail without the call failing: check `failedCount`. */
export interface SaveManyResult {
  /** Every matching file, ordered by output path; then patterns without a match. */
  readonly entries: readonly SaveManyEntry[];
  /** Files that were saved. */
  readonly savedCount: number;
  /** Files whose output had the same content already. */
  readonly unchangedCount: number;
  /** Files that were not saved: see the `reason` of their entries. */
  readonly skippedCount: number;
  /** Files and patterns that failed: see the `error` of their entries. */
  readonly failedCount: number;
  /** Bytes of all saved files. */
  readonly savedBytes: number;
}

/** The arguments of `saveMany`, checked. */
interface SaveManySelection {
  readonly patterns: readonly string[];
  readonly selection: SourceSelection;
}

/** Checks the arguments of `saveMany`, and parses the patterns. Throws naming the argument. */
export function parseSaveManyArguments(
  kind: string,
  patterns: Patterns,
  options: SaveManyOptions,
): SaveManySelection {
  requireContentOptions(options);
  requireOutputKind(kind);
  const list = parsePathsOrPatterns(patterns, "patterns");
  if (list.length === 0) throw argumentRangeError("patterns", "must contain a pattern");
  const { cwd, ifNoFilesFound, includeHidden, followSymbolicLinks, onEntry } = options;
  if (onEntry !== undefined) requireFunction(onEntry, "options.onEntry");
  if (cwd !== undefined) requireLocalPath(cwd, "options.cwd");
  if (ifNoFilesFound !== undefined)
    requireOneOf(ifNoFilesFound, ["error", "warn", "ignore"], "options.ifNoFilesFound");
  return {
    patterns: list,
    selection: {
      cwd: resolve(cwd ?? "."),
      isWanted: createPathFilter([], parsePatterns(options.exclude, "options.exclude")),
      includeHidden: includeHidden ?? false,
      followSymbolicLinks: followSymbolicLinks ?? false,
      destinationPrefix: parseDestinationPrefix(options.destinationPrefix),
      abortSignal: options.abortSignal,
    },
  };
}

function parseDestinationPrefix(prefix: string | undefined): string {
  if (prefix === undefined) return "";
  requireString(prefix, "options.destinationPrefix");
  const folder = prefix.replace(/\/$/, "");
  requireOutputPath(folder, "options.destinationPrefix");
  return `${folder}/`;
}

/** Saves the matching files. The arguments have been checked. */
export async function saveMany(
  scope: OutputScope,
  kind: string,
  { patterns, selection }: SaveManySelection,
  options: SaveManyOptions,
): Promise<SaveManyResult> {
  const found = await findFiles(patterns, selection, options, scope);
  if (found.files.length === 0 && found.error !== undefined) throw found.error;
  const files = [...(options.selectFiles?.(found.files) ?? found.files), ...found.missing];
  // One listener on the caller's signal, whatever the number of files.
  using abort = options.abortSignal && linkAbort(options.abortSignal);
  const { onProgress, onEntry, concurrency = 16, ...others } = options;
  const content = { ...others, abortSignal: abort?.signal };
  const createProgress = combineProgress(onProgress);
  const budget = createUploadBudget();
  const entries: SaveManyEntry[] = [];
  await forEachConcurrently(files.entries(), concurrency, async ([index, file]) => {
    throwIfAborted(abort?.signal);
    const entry = await saveOne(scope, kind, file, { ...content, onProgress: createProgress() }, budget);
    entries[index] = entry;
    onEntry?.(entry);
  });
  return createResult(entries);
}

/** Finds the matching files, and reports each pattern without a match according to `options.ifNoFilesFound`. */
export async function findFiles(
  patterns: readonly string[],
  selection: SourceSelection,
  { ifNoFilesFound = "error" }: SaveManyOptions,
  scope?: OutputScope,
): Promise<FilesOfPatterns> {
  const { files, unmatched } = await findSourceFiles(patterns, selection);
  const reported = unmatched.map((one) => ({
    ...one,
    error: createNothingMatchedError([one.pattern], selection, scope),
  }));
  if (ifNoFilesFound === "warn") for (const { error } of reported) logger.warning(error.reason);
  const missing = reported.flatMap(({ pattern, isPath, error }): FoundFile[] => {
    const file = { sourcePath: resolve(selection.cwd, pattern), path: pattern };
    if (ifNoFilesFound === "error") return [{ ...file, error }];
    return isPath ? [{ ...file, skipped: "missing" }] : [];
  });
  const error =
    ifNoFilesFound === "error" ? createNothingMatchedError(patterns, selection, scope) : undefined;
  return { files, missing, error };
}

export interface FilesOfPatterns {
  readonly files: readonly FoundFile[];
  /** For each pattern without a match, if it is to be reported. */
  readonly missing: readonly FoundFile[];
  /** The error to throw if there is no file at all. */
  readonly error: BatchOutputsError | undefined;
}

function createNothingMatchedError(
  patterns: readonly string[],
  { cwd }: SourceSelection,
  scope: OutputScope | undefined,
): BatchOutputsError {
  const list = patterns.map(quote).join(", ");
  const logs = patterns.map((pattern) => describeTaskLog(pattern, cwd)).filter((text) => text !== undefined);
  return new BatchOutputsError("NothingMatched", [`No file matches ${list} in ${cwd}.`, ...logs].join(" "), {
    jobId: scope?.jobId,
    taskId: scope?.taskId,
  });
}

/** Combines the progress of many files: returns a callback for each file. */
export function combineProgress(
  onProgress: ContentOptions["onProgress"],
): () => ContentOptions["onProgress"] {
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
  const call = createStoreCall("OutputStorage.save", { scope, kind, path });
  const failed = (error: Error): SaveManyEntry => ({ sourcePath, path, status: "failed", error });
  if (file.error) {
    const reason = call.explain(file.error);
    return failed(reason instanceof Error ? reason : file.error);
  }
  try {
    const source = { path: sourcePath, ...omitUndefined({ bytes: file.sourcePathBytes }) };
    const { status, output } = await saveFile(nameOutput(scope, kind, path, "path"), source, options, budget);
    const escaped = file.sourcePathBytes === undefined ? {} : { isNameEscaped: true as const };
    return { sourcePath, path, status, size: output.size ?? 0, ...escaped, output };
  } catch (error) {
    const reason = call.explain(error);
    // The public method logs it.
    if (!(reason instanceof Error) || concernsAllOutputs(reason)) throw reason;
    if (isBatchOutputsError(reason) && reason.code === "OutputExists")
      return { sourcePath, path, status: "skipped", reason: "exists" };
    logFailure(call, reason);
    return failed(reason);
  }
}

function createResult(entries: readonly SaveManyEntry[]): SaveManyResult {
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
