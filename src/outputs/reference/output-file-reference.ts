import type { BlobClient } from "@azure/storage-blob";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import {
  type OperationOptions,
  redactUrl,
  requestOptions,
  requireLocalPath,
  requireObject,
} from "../../core/index.js";
import { type OutputAddress, outputBlobName } from "../../conventions/index.js";
import {
  BlobHandle,
  requireRange,
  readContainerName,
  isBlobMissing,
  type ServiceCall,
} from "../../storage/index.js";
import { type LogDescription, tailLog } from "../../tracking/index.js";
import { requireAddressable } from "../scope/addressable-name.js";
import { checkTransferOptions } from "../options/content-options.js";
import { deleteContent, type DeleteOutputOptions, requireDeleteOptions } from "./delete-output.js";
import {
  contentToBuffer,
  contentToFile,
  logTarget,
  openContent,
  type OutputContent,
} from "./output-content.js";
import type {
  DownloadToBufferOptions,
  DownloadToFileOptions,
  KnownProperties,
  OpenReadOptions,
  OutputFileProperties,
  TailOptions,
} from "./output-file-properties.js";
import { described, type OutputScope, serviceCall } from "../scope/output-scope.js";
import { type OutputTail, OutputTailReader } from "./output-tail.js";
import { explained, perform } from "../scope/perform.js";
import { storedProperties } from "./stored-properties.js";

/**
 * A saved output: a name, and what can be done with it. Making one makes no request, so it may stand for an output that
 * does not exist (yet). Given by `listOutputs`, `getOutput` and the save methods.
 */
export class OutputFileReference {
  /** The job's id, where it is known: a container's name does not always tell. */
  declare readonly jobId?: string;
  /** The task's id; undefined for a job's own output. */
  declare readonly taskId?: string;
  /** The output kind. */
  readonly kind: string;
  /** The output path: what follows the kind. */
  readonly filePath: string;
  /** Length in bytes, as the listing said. */
  declare readonly size?: number;
  /** When it was last written, as the listing said; of a log that is kept in several blobs, when the newest of them was. */
  declare readonly lastModified?: Date;
  /** Content type, as the listing said. */
  declare readonly contentType?: string;
  /** The MD5 that was stored with it (16 bytes), as the listing said. */
  declare readonly contentMD5?: Uint8Array;
  /** The ETag of this version, as the listing said; it also changes when a log grows. For conditions of a request. */
  declare readonly etag?: string;
  /**
   * For a tracked log: whether it is that of a former attempt of the task, and whether it is finished; as the listing said.
   */
  declare readonly log?: LogDescription;
  /** What stays the same as long as bytes are only added, in quotes as an ETag is; as the listing said. @internal */
  declare readonly version?: string;
  readonly #scope: OutputScope;
  readonly #blobName: string;
  #blobClient: BlobClient | undefined;

  private constructor(scope: OutputScope, address: OutputAddress, blobName: string, known: KnownProperties) {
    this.#scope = scope.taskId === address.taskId ? scope : { ...scope, taskId: address.taskId };
    this.#blobName = blobName;
    if (scope.jobId !== undefined) this.jobId = scope.jobId;
    if (address.taskId !== undefined) this.taskId = address.taskId;
    this.kind = address.kind;
    this.filePath = address.path;
    // One by one: listings make a million of these.
    const { size, lastModified, contentType, contentMD5, etag, log, version } = known;
    if (size !== undefined) this.size = size;
    if (lastModified !== undefined) this.lastModified = lastModified;
    if (contentType !== undefined) this.contentType = contentType;
    if (contentMD5 !== undefined) this.contentMD5 = contentMD5;
    if (etag !== undefined) this.etag = etag;
    if (log !== undefined) this.log = log;
    if (version !== undefined) this.version = version;
  }

  /** @internal */
  static at(scope: OutputScope, address: OutputAddress, known: KnownProperties = {}): OutputFileReference {
    return new OutputFileReference(scope, address, outputBlobName(address), known);
  }

  /** For names that others wrote and this package would not. @internal */
  static listed(
    scope: OutputScope,
    address: OutputAddress,
    blobName: string,
    known: KnownProperties,
  ): OutputFileReference {
    return new OutputFileReference(scope, address, blobName, known);
  }

  /** Where its blob is. @internal */
  get place(): { readonly containerName: string; readonly blobName: string } {
    return { containerName: readContainerName(this.#scope.container), blobName: this.#blobName };
  }

  /** The output's URL, without any SAS: safe to show, of no use to a stranger. */
  get url(): string {
    const name = this.#blobName.split("/").map(encodeURIComponent).join("/");
    return `${redactUrl(this.#scope.container.url).replace(/\/$/, "")}/${name}`;
  }

  /**
   * The storage SDK's client for the blob, for all that this class has no method for. Its URL may carry a SAS.
   *
   * @throws BatchOutputsError `UnsafePath` for a name that some store listed and no URL can hold, with a segment "." or
   * "..": it would lead to another blob, or another container.
   */
  get blobClient(): BlobClient {
    return (this.#blobClient ??= this.blobPlace().client);
  }

  /** Where it is, and nothing that this holds on to: thousands of references outlive the call that used them once. @internal */
  blobPlace(): BlobHandle {
    requireAddressable(this.#blobName, () => this.#call("asking for", []));
    return new BlobHandle(this.#scope.container, this.#blobName);
  }

  /**
   * Fetches the output into a file: under a temporary name in the same folder, which becomes `path` when all bytes are
   * there and have the stored digest. On failure a file that was there before stays. Missing folders are made.
   *
   * @throws BatchOutputsError `OutputNotFound`, `DigestMismatch`, `OutputChanged`, …; the file system's own errors.
   */
  async downloadToFile(path: string, options: DownloadToFileOptions = {}): Promise<void> {
    requireLocalPath(path, "path");
    checkTransferOptions(options);
    const target = resolve(path);
    await this.#perform("downloadToFile", "fetching", ["r"], options, async (updated) => {
      await contentToFile(this.#content("downloadToFile"), target, updated);
    });
  }

  /**
   * Fetches the output into memory, all of it, and compares it with the stored digest.
   *
   * @throws RangeError when it is longer than a buffer can be.
   */
  async downloadToBuffer(options: DownloadToBufferOptions = {}): Promise<Buffer> {
    checkTransferOptions(options);
    return await this.#perform("downloadToBuffer", "fetching", ["r"], options, async (updated) => {
      return await contentToBuffer(this.#content("downloadToBuffer"), updated);
    });
  }

  /**
   * Opens a stream on the output, or on a range of it. Nothing is compared with the digest: who reads a part cannot.
   * Destroying the stream ends the request; firing `abortSignal` destroys the stream.
   */
  async openRead(options: OpenReadOptions = {}): Promise<Readable> {
    requireObject(options, "options");
    requireRange(options);
    return await this.#perform("openRead", "reading", ["r"], options, async (updated) => {
      return await openContent(this.#content("openRead"), updated);
    });
  }

  /**
   * Reads the output in order, from its beginning, an offset or near its end, in ranges of at most 1 MiB, each byte once.
   * With `follow` it goes on as the output grows, until whoever tracks it has closed it, or the signal fires. A request is
   * made when the first bytes are asked for.
   *
   * @throws BatchOutputsError `OutputNotFound`; `OutputChanged` when the task runs again and its new log takes this one's
   * place; the SDK's `AbortError`.
   */
  tail(options: TailOptions = {}): OutputTail {
    return new OutputTailReader(tailLog(logTarget(this.#content("tail")), options));
  }

  /** Asks the store what it knows of the output. Throws `OutputNotFound` when there is none. */
  async getProperties(options: OperationOptions = {}): Promise<OutputFileProperties> {
    const doing = "reading the properties of";
    return await this.#perform("getProperties", doing, ["r"], options, async (updated) => {
      return await storedProperties(this.#content("getProperties"), updated);
    });
  }

  /** Whether there is such an output. Only "not found" is false; every other failure is thrown. */
  async exists(options: OperationOptions = {}): Promise<boolean> {
    return await this.#perform("exists", "looking for", ["r"], options, async (updated) => {
      try {
        await this.blobClient.getProperties(requestOptions(updated));
        return true;
      } catch (error) {
        if (isBlobMissing(error)) return false;
        throw error;
      }
    });
  }

  /**
   * Deletes the output; of a log, all blobs that hold it.
   *
   * @throws BatchOutputsError `OutputNotFound` when there is none; `OutputChanged` when it is no longer the version that
   * `options.conditions` names.
   *
   * @example Delete what was listed, unless somebody has written to it since.
   * ```ts
   * for await (const output of storage.listOutputs("TaskIntermediate"))
   *   await output.delete({ conditions: { ifMatch: output.etag } });
   * ```
   */
  async delete(options: DeleteOutputOptions = {}): Promise<void> {
    requireDeleteOptions(options);
    await this.#perform("delete", "deleting", ["d", "r"], options, async (updated) => {
      await deleteContent(this.#content("delete"), updated);
    });
  }

  /** What `JSON.stringify` shows: everything but clients and credentials. */
  toJSON(): Record<string, unknown> {
    const { jobId, taskId, kind, filePath, size, lastModified, contentType, etag, url } = this;
    return { jobId, taskId, kind, filePath, size, lastModified, contentType, etag, url };
  }

  #content(method: string): OutputContent {
    const call = this.#call("reading", ["r"]);
    return {
      container: this.#scope.container,
      blobName: this.#blobName,
      path: this.filePath,
      place: this.blobPlace(),
      client: this.blobClient,
      sizeBytes: this.log?.isContinued === true ? undefined : this.size,
      explain: (error) => explained(error, call, `OutputFileReference.${method}`),
    };
  }

  #call(doing: string, permissions: readonly string[]): ServiceCall {
    const what = `${doing} ${this.kind} "${this.filePath}" of ${described(this.#scope)}`;
    return serviceCall(this.#scope, what, permissions, { kind: this.kind, path: this.filePath });
  }

  async #perform<Options extends OperationOptions, T>(
    method: string,
    doing: string,
    permissions: readonly string[],
    options: Options,
    work: (options: Options) => Promise<T>,
  ): Promise<T> {
    return await perform(`OutputFileReference.${method}`, options, this.#call(doing, permissions), work);
  }
}
