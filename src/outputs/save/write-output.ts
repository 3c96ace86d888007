import {
  BlobHandle,
  type ByteBudget,
  type ByteReader,
  type FormerBlob,
  isConditionFailure,
  isSameContent,
  createOverwriteCondition,
  readFormerBlob,
  getServiceErrorCode,
  getServiceErrorStatus,
  uploadBlob,
  type UploadedBlob,
  type UploadedContent,
  type WholeContent,
} from "../../storage/index.js";
import { describeLog } from "../../tracking/index.js";
import { type ContentOptions, createHeaders } from "../options/content-options.js";
import type { OverwriteMode } from "../options/transfer-options.js";
import { OutputFileReference } from "../reference/output-file-reference.js";
import type { NamedOutput } from "../scope/named-output.js";
import {
  createAnotherWriterError,
  createOutputExistsError,
  createTrackedLogError,
  explainWriteError,
} from "./save-errors.js";

/** The result of a save. */
export interface SaveResult {
  /** "saved", or "unchanged" if `overwrite: "if-changed"` found the same content in the store. */
  readonly status: "saved" | "unchanged";
  /** The output, with its size, time, type and digest. */
  readonly output: OutputFileReference;
}

/** The content to store. */
export interface OutputSource {
  readonly content: ByteReader | WholeContent;
  readonly sizeBytes?: number | undefined;
  /** Computes the MD5 before the upload, if the source can be read twice. */
  readonly digest?: (() => Promise<Uint8Array>) | undefined;
  /** Throws if the bytes that were read must not be stored. */
  readonly requireUnchanged?: ((content: UploadedContent) => Promise<void>) | undefined;
}

/** Stores one output, with the overwrite mode of the options. The arguments have been checked. */
export async function writeOutput(
  output: NamedOutput,
  source: OutputSource,
  options: ContentOptions,
  budget?: ByteBudget,
): Promise<SaveResult> {
  const blob = new BlobHandle(output.scope.container, output.blobName);
  const { overwrite = "always", keepTrackedLog = false } = options;
  const isConditional = overwrite !== "always" || keepTrackedLog;
  const former = isConditional ? await findFormerBlob(blob, overwrite, options) : undefined;
  if (former && overwrite === "never") throw createOutputExistsError(output);
  if (former && keepTrackedLog && describeLog(output.path, former.metadata) !== undefined)
    throw createTrackedLogError(output);
  const isUnchanged = former && overwrite === "if-changed" && (await isSameBeforeUpload(former, source));
  if (isUnchanged) return createResult(output, "unchanged", former);
  const write: Write = { output, blob, source, options, budget, overwrite, isConditional, former };
  const written = await upload(write);
  if (former && !written.isCommitted) return createResult(output, "unchanged", former);
  return createResult(output, "saved", {
    ...written,
    contentType: createHeaders(output.path, options).blobContentType,
  });
}

/**
 * Reads the properties of the existing blob. With "never" they are optional, so that a SAS needs no read permission: they
 * only save an upload, because the condition of the write decides.
 */
async function findFormerBlob(
  blob: BlobHandle,
  overwrite: OverwriteMode,
  options: ContentOptions,
): Promise<FormerBlob | undefined> {
  try {
    return await readFormerBlob(blob, options);
  } catch (error) {
    if (overwrite === "never" && getServiceErrorStatus(error) === 403) return undefined;
    throw error;
  }
}

interface Write {
  readonly output: NamedOutput;
  readonly blob: BlobHandle;
  readonly source: OutputSource;
  readonly options: ContentOptions;
  readonly budget: ByteBudget | undefined;
  readonly overwrite: OverwriteMode;
  /** Whether only `former` may be replaced. */
  readonly isConditional: boolean;
  /** The only version that may be replaced, if the write is conditional. */
  readonly former: FormerBlob | undefined;
}

/** Compares before anything is sent, if the source can be read twice and has the same length. */
async function isSameBeforeUpload(former: FormerBlob, { sizeBytes, digest }: OutputSource): Promise<boolean> {
  if (!digest || former.contentMD5 === undefined || former.sizeBytes !== sizeBytes) return false;
  return isSameContent(former, { sizeBytes, contentMD5: await digest() });
}

async function upload(write: Write): Promise<UploadedBlob> {
  const { output, blob, source, options, budget, overwrite, isConditional, former } = write;
  const { abortSignal, tracingOptions, metadata, tags, tier, onProgress, concurrency = 4 } = options;
  let read: UploadedContent | undefined;
  try {
    return await uploadBlob(blob, source.content, {
      abortSignal,
      tracingOptions,
      headers: createHeaders(output.path, options),
      concurrency,
      metadata,
      // An empty header of tags also requires the permission to write tags.
      tags: tags === undefined || Object.keys(tags).length === 0 ? undefined : tags,
      tier,
      onProgress,
      sizeBytes: source.sizeBytes,
      budget,
      conditions: isConditional ? createOverwriteCondition(former) : undefined,
      beforeCommit(content) {
        read = content;
        return source.requireUnchanged || former ? decideCommit(write, content) : "commit";
      },
    });
  } catch (error) {
    // The service answers this if the SAS permits only creating blobs, and the blob exists.
    const isRefused = overwrite === "never" && getServiceErrorCode(error) === "UnauthorizedBlobOverwrite";
    if (isRefused) throw createOutputExistsError(output, error);
    if (!read || !isConditionFailure(error)) throw explainWriteError(output, error);
    return await findOwnWrite(write, read, error);
  }
}

/** Whether to commit the content that was read, or to keep the stored content because it is the same. */
async function decideCommit(
  { source, overwrite, former }: Write,
  content: UploadedContent,
): Promise<"commit" | "keep"> {
  await source.requireUnchanged?.(content);
  return overwrite === "if-changed" && isSameContent(former, content) ? "keep" : "commit";
}

/**
 * If the answer to a conditional write was lost, the SDK repeats the request. The service then refuses it, because the
 * first one was carried out and the condition no longer holds. If the stored content is that of this call, the write
 * has succeeded.
 */
async function findOwnWrite(
  { output, blob, options, overwrite }: Write,
  content: UploadedContent,
  error: unknown,
): Promise<UploadedBlob> {
  const stored = await findFormerBlob(blob, overwrite, options);
  if (stored && isSameContent(stored, content))
    return { ...content, isCommitted: true, etag: stored.etag, lastModified: stored.lastModified };
  throw overwrite === "never"
    ? createOutputExistsError(output, error)
    : createAnotherWriterError(output, error);
}

function createResult(
  output: NamedOutput,
  status: SaveResult["status"],
  { sizeBytes, contentMD5, etag, lastModified, contentType }: Partial<FormerBlob>,
): SaveResult {
  const known = { size: sizeBytes, contentMD5, etag, lastModified, contentType };
  return { status, output: OutputFileReference.create(output, known) };
}
