import type { BlobClient } from "@azure/storage-blob";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import {
  type OperationOptions,
  removeCredentials,
  requireLocalPath,
  requireOperationOptions,
} from "../../core/index.js";
import { type BlobHandle, requireRange } from "../../storage/index.js";
import { type LineTimes, type LogDescription, tailLog } from "../../tracking/index.js";
import { readTimesOfLog } from "../times/log-times.js";
import { requireTransferOptions } from "../options/transfer-options.js";
import { deleteContent, type DeleteOutputOptions, requireDeleteOptions } from "./delete-output.js";
import * as contents from "./load-content.js";
import { createLogTarget, createOutputContent, openBlob, type OutputContent } from "./output-content.js";
import type {
  DownloadToBufferOptions,
  DownloadToFileOptions,
  KnownProperties,
  OpenReadOptions,
  OutputFileProperties,
  ReadChunksOptions,
  TailOptions,
} from "./output-file-properties.js";
import type { NamedOutput } from "../scope/named-output.js";
import type { OutputScope } from "../scope/output-scope.js";
import { type OutputTail, OutputTailReader } from "./output-tail.js";
import { perform } from "../scope/perform.js";
import { createStoreCall, type OperationName, type StoreCall } from "../scope/store-call.js";
import {
  type OutputTier,
  requireSetTierArguments,
  setContentTier,
  type SetTierOptions,
} from "./output-tier.js";
import { fetchProperties, outputExists } from "./fetch-properties.js";

/**
 * A reference to an output, by its name. Creating one makes no request, so the output may not exist (yet). Returned by
 * `listOutputs`, `getOutput` and the save methods.
 *
 * @example
 * ```ts
 * const output = client.getTaskOutputStorage("film-7", "frame-12").getOutput("TaskOutput", "summary.csv");
 * if (await output.exists()) await output.downloadToFile("summary.csv");
 * ```
 */
export class OutputFileReference {
  /** The job's id, if known: not every container name contains it. */
  declare readonly jobId?: string;
  /** The task's id; undefined for a job's own output. */
  declare readonly taskId?: string;
  /** The output kind. */
  readonly kind: string;
  /** The output path: what follows the kind. */
  readonly filePath: string;
  /** Length in bytes, according to the listing. */
  declare readonly size?: number;
  /** When it was last written, according to the listing; for a log in several blobs, the time of the newest one. */
  declare readonly lastModified?: Date;
  /** Content type, according to the listing. */
  declare readonly contentType?: string;
  /** The MD5 that was stored with it (16 bytes), according to the listing. */
  declare readonly contentMD5?: Uint8Array;
  /**
   * The ETag of this version, according to the listing; it also changes when a log grows. For conditions of a request.
   */
  declare readonly etag?: string;
  /** The access tier, according to the listing. */
  declare readonly accessTier?: string;
  /**
   * For a tracked log: whether it is that of an earlier attempt of the task, and whether it is finished; according to
   * the listing.
   */
  declare readonly log?: LogDescription;
  /** Does not change while bytes are only appended; in quotes like an ETag; according to the listing. @internal */
  declare readonly version?: string;
  readonly #scope: OutputScope;
  readonly #blobName: string;
  #blobClient: BlobClient | undefined;

  private constructor({ scope, kind, path, blobName }: NamedOutput, known: KnownProperties) {
    this.#scope = scope;
    this.#blobName = blobName;
    if (scope.jobId !== undefined) this.jobId = scope.jobId;
    if (scope.taskId !== undefined) this.taskId = scope.taskId;
    this.kind = kind;
    this.filePath = path;
    // Not a spread, which would be slow: listings create a million of these.
    const { size, lastModified, contentType, contentMD5, etag, accessTier, log, version } = known;
    if (size !== undefined) this.size = size;
    if (lastModified !== undefined) this.lastModified = lastModified;
    if (contentType !== undefined) this.contentType = contentType;
    if (contentMD5 !== undefined) this.contentMD5 = contentMD5;
    if (etag !== undefined) this.etag = etag;
    if (accessTier !== undefined) this.accessTier = accessTier;
    if (log !== undefined) this.log = log;
    if (version !== undefined) this.version = version;
  }

  /** @internal */
  static create(output: NamedOutput, known: KnownProperties = {}): OutputFileReference {
    return new OutputFileReference(output, known);
  }

  /** The name of the job's output container. */
  get containerName(): string {
    return this.#scope.container.name;
  }

  /** The name of the output's blob; for a log in several blobs, of the first. */
  get blobName(): string {
    return this.#blobName;
  }

  /** The output's URL without a SAS: it can be shown, and grants no access. */
  get url(): string {
    const name = this.#blobName.split("/").map(encodeURIComponent).join("/");
    return `${removeCredentials(this.#scope.container.url).replace(/\/$/, "")}/${name}`;
  }

  /**
   * The storage SDK's client for the blob, for operations that this class lacks. Its URL may contain a SAS.
   *
   * @throws BatchOutputsError `UnsafePath` for a listed name that no URL can contain, with a segment "." or "..": it
   * would lead to another blob, or another container.
   */
  get blobClient(): BlobClient {
    return (this.#blobClient ??= this.openBlobHandle().client);
  }

  /** Opens a handle for one call. It is not stored, because a program may hold thousands of references. @internal */
  openBlobHandle(): BlobHandle {
    return openBlob(this.#toNamedOutput());
  }

  /**
   * Downloads the output into a file: under a temporary name in the same folder, which is renamed to `path` when all
   * bytes are there and match the stored digest. On failure an existing file is unchanged. Missing folders are created.
   *
   * @throws BatchOutputsError `OutputNotFound`, `DigestMismatch`, `OutputChanged`, …; the file system's own errors.
   */
  async downloadToFile(path: string, options: DownloadToFileOptions = {}): Promise<void> {
    requireLocalPath(path, "path");
    requireTransferOptions(options);
    const target = resolve(path);
    await this.#perform("OutputFileReference.downloadToFile", options, async (updated, content) => {
      await contents.downloadContentToFile(content, target, updated);
    });
  }

  /**
   * Downloads the whole output into memory, and compares it with the stored digest.
   *
   * @throws RangeError if it is too large for a buffer.
   */
  async downloadToBuffer(options: DownloadToBufferOptions = {}): Promise<Buffer> {
    requireTransferOptions(options);
    return await this.#perform("OutputFileReference.downloadToBuffer", options, async (updated, content) => {
      return await contents.downloadContentToBuffer(content, updated);
    });
  }

  /**
   * Opens a stream on the output, or on a range of it. The digest is not checked, because it covers the whole output.
   * Destroying the stream ends the request; firing `abortSignal` destroys the stream.
   */
  async openRead(options: OpenReadOptions = {}): Promise<Readable> {
    requireOperationOptions(options);
    requireRange(options);
    return await this.#perform("OutputFileReference.openRead", options, async (updated, content) => {
      return await contents.openContent(content, updated);
    });
  }

  /**
   * Reads the output in order, from its beginning, an offset or near its end, in ranges of at most 1 MiB, each byte
   * once. With `follow` reading continues while the output grows, until tracking is closed or the signal fires. The
   * first request is made when the first bytes are read.
   *
   * @throws BatchOutputsError `OutputNotFound`; `OutputChanged` when the task runs again and its new log replaces this
   * one; the SDK's `AbortError`.
   */
  tail(options: TailOptions = {}): OutputTail {
    requireOperationOptions(options);
    return new OutputTailReader(
      tailLog(createLogTarget(this.#createContent("OutputFileReference.tail")), options),
    );
  }

  /** Yields the bytes in order, from concurrent ranges; they are overwritten when the next are requested. @internal */
  readChunks(options: ReadChunksOptions): AsyncGenerator<Uint8Array, void, undefined> {
    return contents.readContentInOrder(this.#createContent("OutputFileReference.openRead"), options);
  }

  /** Gets the properties of the output. Throws `OutputNotFound` if it does not exist. */
  async getProperties(options: OperationOptions = {}): Promise<OutputFileProperties> {
    return await this.#perform("OutputFileReference.getProperties", options, async (updated, content) => {
      return await fetchProperties(content, updated);
    });
  }

  /**
   * Gets when the lines of a log were written; `undefined` if no times are stored, or if they do not fit the log.
   * `batch-outputs run` and `track` store them, and `saveTracked` with `lineTimes`.
   *
   * @example When was the first line written?
   * ```ts
   * console.log((await output.getLineTimes())?.find(0)?.time);
   * ```
   */
  async getLineTimes(options: OperationOptions = {}): Promise<LineTimes | undefined> {
    return await this.#perform("OutputFileReference.getLineTimes", options, async (updated, content) => {
      return await readTimesOfLog(
        { ...content, fetchProperties: () => fetchProperties(content, updated) },
        updated,
      );
    });
  }

  /** Whether the output exists. Returns false only if it is not found; every other error is thrown. */
  async exists(options: OperationOptions = {}): Promise<boolean> {
    return await this.#perform("OutputFileReference.exists", options, async (updated, content) => {
      return await outputExists(content, updated);
    });
  }

  /**
   * Deletes the output; for a log in several blobs, all of them.
   *
   * @throws BatchOutputsError `OutputNotFound` when there is none; `OutputChanged` when it is no longer the version that
   * `options.conditions` names.
   *
   * @example Delete the listed outputs, unless one was written to since.
   * ```ts
   * for await (const output of storage.listOutputs("TaskIntermediate"))
   *   await output.delete({ conditions: { ifMatch: output.etag } });
   * ```
   */
  async delete(options: DeleteOutputOptions = {}): Promise<void> {
    requireDeleteOptions(options);
    await this.#perform("OutputFileReference.delete", options, async (updated, content) => {
      await deleteContent(content, updated);
    });
  }

  /**
   * Moves the output to another access tier. Out of `Archive` this takes hours: until then `getProperties` returns an
   * `archiveStatus`, and the output cannot be read. A SAS needs the permission `w`; a tracked log has no tier.
   *
   * @throws RangeError naming `tier`; BatchOutputsError `OutputNotFound`, `FeatureNotSupported` on an account without tiers.
   *
   * @example
   * ```ts
   * await output.setTier("Hot", { rehydratePriority: "High" });
   * ```
   */
  async setTier(tier: OutputTier, options: SetTierOptions = {}): Promise<void> {
    requireSetTierArguments(tier, options);
    await this.#perform("OutputFileReference.setTier", options, async (updated, content) => {
      await setContentTier(content, tier, updated, this.etag !== undefined);
    });
  }

  /** The value for `JSON.stringify`: everything but clients and credentials. */
  toJSON(): Record<string, unknown> {
    const { jobId, taskId, kind, filePath, size, lastModified, contentType, etag, url } = this;
    return { jobId, taskId, kind, filePath, size, lastModified, contentType, etag, url };
  }

  /** @internal */
  createCall(operation: OperationName): StoreCall {
    return createStoreCall(operation, this.#toNamedOutput());
  }

  #toNamedOutput(): NamedOutput {
    return { scope: this.#scope, kind: this.kind, path: this.filePath, blobName: this.#blobName };
  }

  #createContent(operation: OperationName): OutputContent {
    const listed = this.log?.isContinued === true ? {} : { sizeBytes: this.size, etag: this.etag };
    return createOutputContent(this.#toNamedOutput(), this.createCall(operation), listed);
  }

  async #perform<Options extends OperationOptions, T>(
    operation: OperationName,
    options: Options,
    work: (options: Options, content: OutputContent) => Promise<T>,
  ): Promise<T> {
    return await perform(this.createCall(operation), options, async (updated) => {
      return await work(updated, this.#createContent(operation));
    });
  }
}
