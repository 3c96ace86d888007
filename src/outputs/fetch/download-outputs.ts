import { lstat } from "node:fs/promises";
import { join } from "node:path";
import {
  concernsAllOutputs,
  omitUndefined,
  forEachConcurrently,
  hasCode,
  isArgumentError,
  linkAbort,
  type OperationOptions,
  pickRequestOptions,
  type SafeFile,
  SafeFolder,
  throwIfAborted,
} from "../../core/index.js";
import { requireOutputKind } from "../../conventions/index.js";
import {
  downloadToFile,
  computeFileMD5,
  openSourceFile,
  createDownloadBudget,
  type TransferProgress,
} from "../../storage/index.js";
import { type OverwriteMode, requireTransferOptions } from "../options/transfer-options.js";
import { createPartFinder } from "../reference/part-finder.js";
import { LocalNames } from "./local-names.js";
import type { OutputFileReference } from "../reference/output-file-reference.js";
import { type Patterns, createPathFilter, parsePatterns } from "../options/path-filter.js";
import { logFailure } from "../scope/perform.js";

/** Options of `downloadOutputs`. */
export interface DownloadOutputsOptions extends OperationOptions {
  /**
   * Only outputs of this kind, written under their output paths. By default outputs of all kinds, each kind in a folder
   * `$<kind>`.
   */
  kind?: string | undefined;
  /** Globs of output paths; a glob without a slash is compared with the file name. All by default. */
  include?: Patterns | undefined;
  /** Globs of output paths to exclude. */
  exclude?: Patterns | undefined;
  /**
   * What to do with an existing local file: replace it ("always", the default), keep it ("never"), or replace it if
   * length or MD5 differ ("if-changed").
   */
  overwrite?: OverwriteMode | undefined;
  /**
   * The maximum number of concurrent downloads; 16 by default. Large outputs share 32 MiB of buffers; each small one
   * has its own.
   */
  concurrency?: number | undefined;
  /** Called as bytes arrive. */
  onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** The result of one output. */
export interface DownloadOutputsEntry {
  /** The output that was selected. */
  readonly output: OutputFileReference;
  /** The absolute path to which it was written, or would have been written. */
  readonly path: string;
  /** `unchanged`: the local file had the same content already. `skipped`: it was there, and was not replaced. */
  readonly status: "downloaded" | "unchanged" | "skipped" | "failed";
  /** The original name, relative to the directory, if another name had to be used. */
  readonly renamedFrom?: string;
  /** Why it failed. */
  readonly error?: Error;
}

/** The result of `downloadOutputs`. Outputs can fail without the call failing: check `failedCount`. */
export interface DownloadOutputsResult {
  /** Every selected output, in the order of the listing. */
  readonly entries: readonly DownloadOutputsEntry[];
  /** Outputs that were downloaded. */
  readonly downloadedCount: number;
  /** Outputs whose local file had the same content already. */
  readonly unchangedCount: number;
  /** Outputs that were not downloaded, because a local file has their name. */
  readonly skippedCount: number;
  /** Outputs whose local file has another name, because some system cannot store theirs, or it is in use. */
  readonly renamedCount: number;
  /** Outputs that could not be downloaded: see the `error` of their entries. */
  readonly failedCount: number;
  /** Bytes of the outputs that were downloaded. */
  readonly downloadedBytes: number;
}

/** Throws an argument error for invalid options of `downloadOutputs`. */
export function requireDownloadOptions(options: DownloadOutputsOptions): void {
  requireTransferOptions(options);
  if (options.kind !== undefined) requireOutputKind(options.kind, "options.kind");
  parsePatterns(options.include, "options.include");
  parsePatterns(options.exclude, "options.exclude");
}

/** A selected output, and its local name. */
export interface PlannedDownload {
  readonly index: number;
  readonly output: OutputFileReference;
  /** Relative to the directory, with `/` between its segments. */
  readonly name: string;
  /** The original name, if another name has to be used. */
  readonly renamedFrom: string | undefined;
}

/** Downloads the listed outputs. The arguments have been checked. */
export async function downloadOutputs(
  directory: string,
  outputs: AsyncIterable<OutputFileReference>,
  options: DownloadOutputsOptions,
): Promise<DownloadOutputsResult> {
  return await downloadPlanned(directory, planDownloads(outputs, options), options);
}

/** Downloads outputs that may be of several tasks, under their planned names. */
export async function downloadPlanned(
  directory: string,
  plans: Iterable<PlannedDownload> | AsyncIterable<PlannedDownload>,
  options: DownloadOutputsOptions & { readonly onEntry?: (entry: DownloadOutputsEntry) => void },
): Promise<DownloadOutputsResult> {
  const { concurrency = 16, onEntry } = options;
  await using folder = await SafeFolder.open(directory);
  using abort = linkAbort(options.abortSignal);
  const download = new Downloads(folder, { ...options, abortSignal: abort.signal });
  await forEachConcurrently(plans, concurrency, async (plan) => {
    const entry = await download.fetch(plan);
    onEntry?.(entry);
  });
  return countResults(download.getEntries());
}

/** Selects the outputs to download, and their names. */
export interface DownloadPlanOptions extends Pick<DownloadOutputsOptions, "kind" | "include" | "exclude"> {
  /** The local name of an output, with `/` between its segments. Default: kind and output path. */
  readonly chooseName?: ((output: OutputFileReference) => string) | undefined;
}

/** Formats the default local name: the output path, in a folder for its kind unless all outputs are of one kind. */
export function formatLocalPath(
  { kind, filePath }: Pick<OutputFileReference, "kind" | "filePath">,
  isOfOneKind: boolean,
): string {
  return isOfOneKind ? filePath : `$${kind}/${filePath}`;
}

/**
 * Selects the listed outputs and chooses their local names. They are yielded in the order of the listing, so that names
 * do not depend on the speed of downloads.
 */
export async function* planDownloads(
  outputs: AsyncIterable<OutputFileReference>,
  options: DownloadPlanOptions,
): AsyncGenerator<PlannedDownload> {
  const isWanted = createPathFilter(
    parsePatterns(options.include, "options.include"),
    parsePatterns(options.exclude, "options.exclude"),
  );
  const { kind, chooseName = (output: OutputFileReference) => formatLocalPath(output, kind !== undefined) } =
    options;
  const names = new LocalNames();
  let index = 0;
  for await (const output of outputs) {
    if (!isWanted(output.filePath)) continue;
    const plain = chooseName(output);
    const name = names.choose(plain);
    yield { index, output, name, renamedFrom: name === plain ? undefined : plain };
    index += 1;
  }
}

class Downloads {
  readonly #folder: SafeFolder;
  readonly #options: DownloadOutputsOptions;
  readonly #budget = createDownloadBudget();
  readonly #entries: DownloadOutputsEntry[] = [];
  #loadedBytes = 0;

  constructor(folder: SafeFolder, options: DownloadOutputsOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  getEntries(): readonly DownloadOutputsEntry[] {
    return this.#entries;
  }

  async fetch({ index, output, name, renamedFrom }: PlannedDownload): Promise<DownloadOutputsEntry> {
    throwIfAborted(this.#options.abortSignal);
    const about = { output, ...omitUndefined({ renamedFrom }) };
    const path = join(this.#folder.root, name);
    try {
      await using file = await this.#folder.openFile(name);
      return (this.#entries[index] = { ...about, path, status: await this.#writeFile(output, file) });
    } catch (error) {
      const call = output.createCall("OutputFileReference.downloadToFile");
      const reason = call.explain(error);
      if (!(reason instanceof Error) || concernsAllOutputs(reason)) throw reason;
      logFailure(call, reason);
      return (this.#entries[index] = { ...about, path, status: "failed", error: reason });
    }
  }

  async #writeFile(output: OutputFileReference, file: SafeFile): Promise<DownloadOutputsEntry["status"]> {
    try {
      const status = await this.#write(output, file.path);
      await file.requireInPlace();
      return status;
    } catch (error) {
      if (isArgumentError(error) && error.argument === "path")
        throw file.refuse("is a pipe, socket or device");
      throw file.explain(error);
    }
  }

  async #write(output: OutputFileReference, path: string): Promise<DownloadOutputsEntry["status"]> {
    const { overwrite = "always" } = this.#options;
    const found = overwrite === "always" ? undefined : await getEntryType(path);
    if (found && overwrite === "never") return "skipped";
    if (found === "file" && (await isSameFile(path, output, this.#options))) return "unchanged";
    let loadedOfFile = 0;
    const blob = output.openBlobHandle();
    const isWhole = output.log?.isContinued !== true;
    await downloadToFile(blob, path, {
      createPartFinder: () => createPartFinder(blob.container, blob.name),
      ...pickRequestOptions(this.#options),
      concurrency: 4,
      budget: this.#budget,
      ...(isWhole && { expectedBytes: output.size, expectedETag: output.etag }),
      onProgress: (progress) => {
        this.#loadedBytes += progress.loadedBytes - loadedOfFile;
        loadedOfFile = progress.loadedBytes;
        this.#options.onProgress?.({ loadedBytes: this.#loadedBytes });
      },
    });
    return "downloaded";
  }
}

/** Links are not followed, because they may lead out of the folder. */
async function getEntryType(path: string): Promise<"file" | "link" | undefined> {
  try {
    const found = await lstat(path);
    return found.isFile() ? "file" : found.isSymbolicLink() ? "link" : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function isSameFile(
  path: string,
  output: OutputFileReference,
  options: OperationOptions,
): Promise<boolean> {
  await using file = await openSourceFile(path);
  if (output.contentMD5 === undefined || file.sizeBytes !== output.size) return false;
  return Buffer.compare(await computeFileMD5(file, options), output.contentMD5) === 0;
}

function countResults(entries: readonly DownloadOutputsEntry[]): DownloadOutputsResult {
  const count = (status: DownloadOutputsEntry["status"]): number =>
    entries.filter((entry) => entry.status === status).length;
  return {
    entries,
    downloadedCount: count("downloaded"),
    unchangedCount: count("unchanged"),
    skippedCount: count("skipped"),
    renamedCount: entries.filter((entry) => entry.renamedFrom !== undefined).length,
    failedCount: count("failed"),
    downloadedBytes: entries.reduce(
      (sum, entry) => sum + (entry.status === "downloaded" ? (entry.output.size ?? 0) : 0),
      0,
    ),
  };
}
