import type { ContainerClient } from "@azure/storage-blob";
import { requireLocalPath } from "../../core/index.js";
import type { OutputData, StoreContainer } from "../../storage/index.js";
import type { TrackedFile } from "../../tracking/index.js";
import {
  downloadOutputs,
  type DownloadOutputsOptions,
  type DownloadOutputsResult,
  requireDownloadOptions,
} from "../fetch/download-outputs.js";
import { listOutputs, type ListOutputsOptions } from "../list/list-outputs.js";
import { requireContentOptions } from "../options/content-options.js";
import type { Patterns } from "../options/path-filter.js";
import type { PagedOutputs } from "../paging/paged.js";
import { OutputFileReference } from "../reference/output-file-reference.js";
import {
  encodeText,
  saveData,
  type SaveDataOptions,
  type SaveTextOptions,
  textContentTypeFor,
} from "../save/save-data.js";
import { nameFileOutput, resolveLocalFile, saveFile, type SaveOptions } from "../save/save-file.js";
import { requireSaveMany, saveMany, type SaveManyOptions, type SaveManyResult } from "../save/save-many.js";
import { nameTrackedOutput, saveTracked, type SaveTrackedOptions } from "../save/save-tracked.js";
import type { SaveResult } from "../save/write-output.js";
import { nameOutput } from "../scope/named-output.js";
import { openScope, type OutputStorageOptions } from "../scope/open-scope.js";
import { formatKindPrefix, type OutputScope } from "../scope/output-scope.js";
import { perform } from "../scope/perform.js";
import { createStoreCall } from "../scope/service-calls.js";

/**
 * What a job's and a task's output storage have in common: saving, listing and fetching, by kind.
 *
 * Every method checks its arguments before it makes a request (`TypeError`, `RangeError`, naming the argument). A
 * missing container is `ContainerNotPrepared`, wherever it shows.
 */
export abstract class OutputStorage<Kind extends string> {
  /** The job's id, where it is known: a container's name does not always tell. */
  declare readonly jobId?: string;
  readonly #scope: OutputScope;

  /** @internal */
  protected constructor(
    container: string | ContainerClient,
    taskId: string | undefined,
    options: OutputStorageOptions,
  ) {
    this.#scope = openScope(container, taskId, options);
    if (this.#scope.jobId !== undefined) this.jobId = this.#scope.jobId;
  }

  /** The storage SDK's client for the job's container. Its URL may carry a SAS. */
  get containerClient(): ContainerClient {
    return this.#scope.container.client;
  }

  /** The container with its address, and without the storage SDK. @internal */
  get storeContainer(): StoreContainer {
    return this.#scope.container;
  }

  /** @internal */
  protected get scope(): OutputScope {
    return this.#scope;
  }

  /**
   * Saves a file, whole or not at all: until all of it is stored, readers see what was there before. Its MD5 is stored
   * with it. A file that changes meanwhile is `SourceChanged`.
   *
   * @param kind - The output kind.
   * @param sourcePath - The file. Relative paths start from the current directory, and are also the output path unless
   * `options.destinationPath` says another; leading up-steps are dropped from it.
   *
   * @example
   * ```ts
   * await storage.save("TaskOutput", "result.csv", { destinationPath: "2026/result.csv", overwrite: "never" });
   * ```
   */
  async save(kind: Kind, sourcePath: string, options: SaveOptions = {}): Promise<SaveResult> {
    requireContentOptions(options);
    const output = nameFileOutput(this.#scope, kind, sourcePath, options.destinationPath);
    const file = resolveLocalFile(sourcePath);
    return await perform(createStoreCall("OutputStorage.save", output), options, (updated) =>
      saveFile(output, file, updated),
    );
  }

  /**
   * Saves a text as UTF-8 without a byte-order mark.
   *
   * @example
   * ```ts
   * await storage.saveText("TaskOutput", JSON.stringify(summary), "summary.json");
   * ```
   */
  async saveText(
    kind: Kind,
    text: string,
    destinationPath: string,
    options: SaveTextOptions = {},
  ): Promise<SaveResult> {
    const data = encodeText(text);
    requireContentOptions(options);
    const output = nameOutput(this.#scope, kind, destinationPath, "destinationPath");
    const contentType = options.contentType ?? textContentTypeFor(destinationPath);
    return await perform(createStoreCall("OutputStorage.saveText", output), options, (updated) =>
      saveData(output, data, { ...updated, contentType }),
    );
  }

  /**
   * Saves bytes, a Blob, a Node or web stream, or an iterable of bytes, in flat memory whatever the length. A stream
   * that fails leaves nothing behind; it is closed in any case.
   *
   * @example
   * ```ts
   * await storage.saveData("TaskOutput", createReadStream("frames.tar").pipe(createGzip()), "frames.tar.gz");
   * ```
   */
  async saveData(
    kind: Kind,
    data: OutputData,
    destinationPath: string,
    options: SaveDataOptions = {},
  ): Promise<SaveResult> {
    requireContentOptions(options);
    const output = nameOutput(this.#scope, kind, destinationPath, "destinationPath");
    return await perform(createStoreCall("OutputStorage.saveData", output), options, (updated) =>
      saveData(output, data, updated),
    );
  }

  /**
   * Saves the files that globs and folders name, several at a time. One that fails does not stop the others; the result
   * has an entry for each, and for each pattern that no file matches. Only what fails all of them (no container, no
   * permission, no file at all) is thrown.
   *
   * @param patterns - Paths of files and folders, and globs (`*`, `**`, `?`, `[...]`, `{a,b}`), relative to
   * `options.cwd`. The output path is the file's path from there; for an absolute pattern, from its part without
   * wildcards.
   */
  async saveMany(kind: Kind, patterns: Patterns, options: SaveManyOptions = {}): Promise<SaveManyResult> {
    const selection = requireSaveMany(kind, patterns, options);
    const call = createStoreCall("OutputStorage.saveMany", { scope: this.#scope, kind });
    return await perform(call, options, (updated) => saveMany(this.#scope, kind, selection, updated));
  }

  /**
   * Keeps a growing file saved while it is written, such as `stdout.txt` of a running task: an append blob that is at every
   * moment a beginning of what was written to the file, every byte exactly once, through lost answers, a crash of this
   * process, and rotation of the file. The file need not exist yet. `docs/guides/track-logs.md` says what is guaranteed.
   *
   * @param sourcePath - The file. Relative paths start from the current directory, and are also the output path unless
   * `options.destinationPath` says another; leading up-steps are dropped from it.
   * @returns What to `flush` and to `close`; or declare it with `await using`.
   */
  async saveTracked(kind: Kind, sourcePath: string, options: SaveTrackedOptions = {}): Promise<TrackedFile> {
    const output = nameTrackedOutput(this.#scope, kind, sourcePath, options);
    const call = createStoreCall("OutputStorage.saveTracked", output);
    return await perform(call, options, (updated) => saveTracked(output, sourcePath, call, updated));
  }

  /**
   * The saved outputs, in the order of their names, read lazily: a request for each page of 5,000, none for the single
   * output.
   *
   * @param kind - The output kind; all kinds if left out.
   */
  listOutputs(kind?: Kind, options: ListOutputsOptions = {}): PagedOutputs<OutputFileReference> {
    return listOutputs(this.#scope, kind, options);
  }

  /** A reference to an output, whether it exists or not. Makes no request. */
  getOutput(kind: Kind, filePath: string): OutputFileReference {
    return OutputFileReference.create(nameOutput(this.#scope, kind, filePath, "filePath"));
  }

  /**
   * Fetches outputs into a folder, several at a time, each as `downloadToFile` does. No name from the store leads outside
   * of the folder, through a symbolic link, or onto a name that some system cannot hold or tell apart: such outputs get
   * another name, and the result says which. One that fails does not stop the others.
   *
   * @example
   * ```ts
   * const { failedCount } = await storage.downloadOutputs("results", { kind: "TaskOutput", overwrite: "if-changed" });
   * ```
   */
  async downloadOutputs(
    directory: string,
    options: DownloadOutputsOptions = {},
  ): Promise<DownloadOutputsResult> {
    requireLocalPath(directory, "directory");
    requireDownloadOptions(options);
    const call = createStoreCall("OutputStorage.downloadOutputs", { scope: this.#scope });
    return await perform(call, options, ({ kind, ...updated }) =>
      downloadOutputs(directory, listOutputs(this.#scope, kind, updated), { kind, ...updated }),
    );
  }

  /** The blob name prefix of all outputs of a kind: `t1/$TaskLog`, `$JobOutput`. Batch takes it as the path of an `OutputFile`. */
  getOutputStoragePath(kind: Kind): string {
    return formatKindPrefix(this.#scope, kind);
  }
}
