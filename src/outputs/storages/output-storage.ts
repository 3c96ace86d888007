import type { ContainerClient } from "@azure/storage-blob";
import { LateModule, requireLocalPath } from "../../core/index.js";
import type { OutputData, StoreContainer } from "../../storage/index.js";
import type { TrackedFile } from "../../tracking/index.js";
import type { DownloadOutputsOptions, DownloadOutputsResult } from "../fetch/download-outputs.js";
import { listOutputs, type ListOutputsOptions } from "../list/list-outputs.js";
import { requireContentOptions } from "../options/content-options.js";
import type { Patterns } from "../options/path-filter.js";
import type { PagedOutputs } from "../paging/paged-outputs.js";
import { OutputFileReference } from "../reference/output-file-reference.js";
import type { SaveDataOptions, SaveTextOptions } from "../save/save-data.js";
import type { SaveOptions } from "../save/save-file.js";
import type { SaveManyOptions, SaveManyResult } from "../save/save-many.js";
import { nameFileOutput, resolveLocalFile } from "../save/source-name.js";
import { nameTrackedOutput, saveTracked, type SaveTrackedOptions } from "../save/save-tracked.js";
import type { SaveResult } from "../save/write-output.js";
import { nameOutput } from "../scope/named-output.js";
import { openScope, type OutputStorageOptions } from "../scope/open-scope.js";
import { formatKindPrefix, type OutputScope } from "../scope/output-scope.js";
import { perform } from "../scope/perform.js";
import { createStoreCall } from "../scope/store-call.js";

const saving = new LateModule(() => import("../save/saving.js"));
const fetching = new LateModule(() => import("../fetch/download-outputs.js"));

/**
 * The common part of a job's and a task's output storage: saving, listing and downloading, by kind.
 *
 * Every method checks its arguments before it makes a request (`TypeError`, `RangeError`, naming the argument). If the
 * container is missing, every method throws `ContainerNotPrepared`.
 */
export abstract class OutputStorage<Kind extends string> {
  /** The job's id, if known: not every container name contains it. */
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

  /** The storage SDK's client for the job's container. Its URL may contain a SAS. */
  get containerClient(): ContainerClient {
    return this.#scope.container.client;
  }

  /** The container. Unlike `containerClient`, this does not load the storage SDK. @internal */
  get storeContainer(): StoreContainer {
    return this.#scope.container;
  }

  /** @internal */
  protected get scope(): OutputScope {
    return this.#scope;
  }

  /**
   * Saves a file completely or not at all: until all of it is stored, readers see the existing output. Its MD5 is
   * stored with it. If the file changes while it is saved, nothing is saved, and the call throws `SourceChanged`.
   *
   * @param kind - The output kind: a predefined one, or any other text. It is case-sensitive: `taskoutput` is a custom kind, not
   * `TaskOutput`.
   * @param sourcePath - The file. A relative path starts from the current directory; without leading `../` it is also the output
   * path, unless `options.destinationPath` is given.
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
    return await perform(createStoreCall("OutputStorage.save", output), options, async (updated) => {
      const { saveFile } = saving.loaded ?? (await saving.load());
      return await saveFile(output, file, updated);
    });
  }

  /**
   * Saves a text as UTF-8 without a byte order mark.
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
    const { chooseTextContentType, encodeText, saveData } = saving.loaded ?? (await saving.load());
    const data = encodeText(text);
    requireContentOptions(options);
    const output = nameOutput(this.#scope, kind, destinationPath, "destinationPath");
    const contentType = options.contentType ?? chooseTextContentType(destinationPath);
    return await perform(createStoreCall("OutputStorage.saveText", output), options, (updated) =>
      saveData(output, data, { ...updated, contentType }),
    );
  }

  /**
   * Saves bytes, a Blob, a Node or web stream, or an iterable of bytes, with constant memory for any length. If a
   * stream fails, nothing is saved; it is closed in all cases.
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
    return await perform(createStoreCall("OutputStorage.saveData", output), options, async (updated) => {
      const { saveData } = saving.loaded ?? (await saving.load());
      return await saveData(output, data, updated);
    });
  }

  /**
   * Saves the files that match globs and folders, concurrently. If one file fails, the others are still saved; the
   * result has an entry for each file, and for each pattern without a match. Only an error that concerns all files (no
   * container, no permission, no matching file) is thrown.
   *
   * @param patterns - Paths of files and folders, and globs (`*`, `**`, `?`, `[...]`, `{a,b}`), relative to
   * `options.cwd`. The output path is the file's path from there; for an absolute pattern, from its part without
   * wildcards.
   */
  async saveMany(kind: Kind, patterns: Patterns, options: SaveManyOptions = {}): Promise<SaveManyResult> {
    const { parseSaveManyArguments, saveMany } = saving.loaded ?? (await saving.load());
    const selection = parseSaveManyArguments(kind, patterns, options);
    const call = createStoreCall("OutputStorage.saveMany", { scope: this.#scope, kind });
    return await perform(call, options, (updated) => saveMany(this.#scope, kind, selection, updated));
  }

  /**
   * Saves a growing file while it is written, such as `stdout.txt` of a running task: to an append blob that is always
   * an exact prefix of the file, with every byte exactly once, despite lost answers, a crash of this process, and
   * rotation of the file. The file need not exist yet. `docs/guides/track-logs.md` describes the guarantees.
   *
   * @param sourcePath - The file. A relative path starts from the current directory; without leading `../` it is also the
   * output path, unless `options.destinationPath` is given.
   * @returns The tracked file, to be closed with `close` or `await using`.
   */
  async saveTracked(kind: Kind, sourcePath: string, options: SaveTrackedOptions = {}): Promise<TrackedFile> {
    const output = nameTrackedOutput(this.#scope, kind, sourcePath, options);
    const call = createStoreCall("OutputStorage.saveTracked", output);
    return await perform(call, options, (updated) => saveTracked(output, sourcePath, call, updated));
  }

  /**
   * Lists the saved outputs, ordered by name. Makes one request for each page of 5,000, when it is read, and none for
   * the single outputs.
   *
   * @param kind - The output kind; all kinds if omitted.
   */
  listOutputs(kind?: Kind, options: ListOutputsOptions = {}): PagedOutputs<OutputFileReference> {
    return listOutputs(this.#scope, kind, options);
  }

  /** Returns a reference to an output, whether it exists or not. Makes no request. */
  getOutput(kind: Kind, filePath: string): OutputFileReference {
    return OutputFileReference.create(nameOutput(this.#scope, kind, filePath, "filePath"));
  }

  /**
   * Downloads outputs into a folder, concurrently, each like `downloadToFile`. No output is written outside of the
   * folder, or through a symbolic link. An output whose name some system cannot store, or cannot distinguish from
   * another one, gets another name, which the result contains. If one output fails, the others are still downloaded.
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
    const { downloadOutputs, requireDownloadOptions } = fetching.loaded ?? (await fetching.load());
    requireDownloadOptions(options);
    const call = createStoreCall("OutputStorage.downloadOutputs", { scope: this.#scope });
    return await perform(call, options, ({ kind, ...updated }) =>
      downloadOutputs(directory, listOutputs(this.#scope, kind, updated), { kind, ...updated }),
    );
  }

  /** Returns the blob name prefix of all outputs of a kind: `t1/$TaskLog`, `$JobOutput`. An `OutputFile` of Batch takes it as its path. */
  getOutputStoragePath(kind: Kind): string {
    return formatKindPrefix(this.#scope, kind);
  }
}
