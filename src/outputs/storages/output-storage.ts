import type { ContainerClient } from "@azure/storage-blob";
import type { OutputData } from "../../storage/index.js";
import type { TrackedFile } from "../../tracking/index.js";
import {
  checkDownloadOutputs,
  downloadOutputs,
  type DownloadOutputsOptions,
  type DownloadOutputsResult,
} from "../fetch/download-outputs.js";
import { listOutputs, type ListOutputsOptions } from "../list/list-outputs.js";
import { openScope, type OutputStorageOptions } from "../scope/open-scope.js";
import { OutputFileReference } from "../reference/output-file-reference.js";
import {
  address,
  blobNameIn,
  described,
  type OutputScope,
  placeIn,
  serviceCall,
} from "../scope/output-scope.js";
import type { PagedOutputs } from "../paging/paged.js";
import type { Patterns } from "../options/path-filter.js";
import { perform } from "../scope/perform.js";
import {
  checkDestination,
  saveData,
  type SaveDataOptions,
  type SaveTextOptions,
  textBytes,
  textContentType,
} from "../save/save-data.js";
import { checkSave, saveFile, type SaveOptions } from "../save/save-file.js";
import { checkSaveMany, saveMany, type SaveManyOptions, type SaveManyResult } from "../save/save-many.js";
import { checkSaveTracked, saveTracked, type SaveTrackedOptions } from "../save/save-tracked.js";
import type { SaveResult } from "../save/write-output.js";

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
   */
  async save(kind: Kind, sourcePath: string, options: SaveOptions = {}): Promise<SaveResult> {
    const file = checkSave(this.#scope, kind, sourcePath, options);
    return await this.#perform(
      "save",
      this.#doing("saving", kind, file.path),
      ["cw"],
      options,
      (updated) => saveFile(this.#scope, file, updated),
      { kind, path: file.path },
    );
  }

  /** Saves a text as UTF-8 without a byte-order mark. */
  async saveText(
    kind: Kind,
    text: string,
    destinationPath: string,
    options: SaveTextOptions = {},
  ): Promise<SaveResult> {
    const data = textBytes(text);
    checkDestination(this.#scope, kind, destinationPath, options);
    const contentType = options.contentType ?? textContentType(destinationPath);
    return await this.#saveData("saveText", kind, data, destinationPath, { ...options, contentType });
  }

  /**
   * Saves bytes, a Blob, a Node or web stream, or an iterable of bytes, in flat memory whatever the length. A stream
   * that fails leaves nothing behind; it is closed in any case.
   */
  async saveData(
    kind: Kind,
    data: OutputData,
    destinationPath: string,
    options: SaveDataOptions = {},
  ): Promise<SaveResult> {
    checkDestination(this.#scope, kind, destinationPath, options);
    return await this.#saveData("saveData", kind, data, destinationPath, options);
  }

  /**
   * Saves the files that globs and folders name, several at a time. One that fails does not stop the others; the result
   * tells of each. Only what fails all of them (no container, no permission) is thrown.
   *
   * @param patterns - Paths of files and folders, and globs (`*`, `**`, `?`, `[...]`, `{a,b}`), relative to
   * `options.cwd`. The output path is the file's path from there; for an absolute pattern, from its part without
   * wildcards.
   */
  async saveMany(kind: Kind, patterns: Patterns, options: SaveManyOptions = {}): Promise<SaveManyResult> {
    const list = checkSaveMany(kind, patterns, options);
    placeIn(this.#scope, kind);
    return await this.#perform(
      "saveMany",
      `saving files as ${kind} of ${described(this.#scope)}`,
      ["cw"],
      options,
      (updated) => saveMany(this.#scope, kind, list, updated),
      { kind },
    );
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
    const path = checkSaveTracked(this.#scope, kind, sourcePath, options);
    return await this.#perform(
      "saveTracked",
      this.#doing("tracking", kind, path),
      ["ac", "w", "r"],
      options,
      (updated) => saveTracked(this.#scope, kind, sourcePath, path, updated),
      { kind, path },
    );
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
    blobNameIn(this.#scope, kind, filePath, "filePath");
    return OutputFileReference.at(this.#scope, address(this.#scope, { kind, path: filePath }));
  }

  /**
   * Fetches outputs into a folder, several at a time, each as `downloadToFile` does. No name from the store leads outside
   * of the folder, through a symbolic link, or onto a name that some system cannot hold or tell apart: such outputs get
   * another name, and the result says which. One that fails does not stop the others.
   */
  async downloadOutputs(
    directory: string,
    options: DownloadOutputsOptions = {},
  ): Promise<DownloadOutputsResult> {
    checkDownloadOutputs(directory, options);
    const { kind } = options;
    return await this.#perform(
      "downloadOutputs",
      `fetching the outputs of ${described(this.#scope)}`,
      ["l"],
      options,
      (updated) => downloadOutputs(this.#scope, directory, listOutputs(this.#scope, kind, updated), updated),
    );
  }

  /** The place of all outputs of a kind: `t1/$TaskLog`, `$JobOutput`. What an `OutputFile` of Batch wants as its path. */
  getOutputStoragePath(kind: Kind): string {
    return placeIn(this.#scope, kind);
  }

  async #saveData(
    method: string,
    kind: Kind,
    data: OutputData,
    path: string,
    options: SaveDataOptions,
  ): Promise<SaveResult> {
    return await this.#perform(
      method,
      this.#doing("saving", kind, path),
      ["cw"],
      options,
      (updated) => saveData(this.#scope, kind, data, path, updated),
      { kind, path },
    );
  }

  #doing(verb: string, kind: string, path: string): string {
    return `${verb} ${kind} "${path}" of ${described(this.#scope)}`;
  }

  async #perform<Options extends object, T>(
    method: string,
    doing: string,
    permissions: readonly string[],
    options: Options,
    work: (options: Options) => Promise<T>,
    about: { kind?: string; path?: string } = {},
  ): Promise<T> {
    return await perform(
      `${this.#scope.taskId === undefined ? "JobOutputStorage" : "TaskOutputStorage"}.${method}`,
      options,
      serviceCall(this.#scope, doing, permissions, about),
      work,
    );
  }
}
