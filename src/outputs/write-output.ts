import type { BlockBlobClient } from "@azure/storage-blob";
import { BatchOutputsError } from "../errors.js";
import {
  type ByteBudget,
  type ByteReader,
  defined,
  type FormerBlob,
  formerBlob,
  isConditionFailure,
  isSameContent,
  onlyOver,
  requestOptions,
  serviceErrorCode,
  uploadBlob,
  type UploadedBlob,
  type UploadedContent,
} from "../storage/index.js";
import { type ContentOptions, headersFor } from "./content-options.js";
import { OutputFileReference } from "./output-file-reference.js";
import { address, blobNameIn, described, type OutputScope } from "./output-scope.js";

/** What a save did. */
export interface SaveResult {
  /** "saved", or "unchanged" where `overwrite: "if-changed"` found the same content in the store. */
  readonly status: "saved" | "unchanged";
  /** The output, with its size, time, type and digest. */
  readonly output: OutputFileReference;
}

/** What is to be stored. */
export interface OutputSource {
  readonly reader: ByteReader;
  readonly sizeBytes?: number | undefined;
  /** Takes the MD5 ahead of the upload, where reading the source twice is possible. */
  readonly digest?: (() => Promise<Uint8Array>) | undefined;
  /** Throws when what was read is not to be stored after all. */
  readonly requireUnchanged?: ((content: UploadedContent) => Promise<void>) | undefined;
}

/** Stores one output under the options' overwrite mode. The arguments have been checked. */
export async function writeOutput(
  scope: OutputScope,
  kind: string,
  path: string,
  source: OutputSource,
  options: ContentOptions,
  budget?: ByteBudget,
): Promise<SaveResult> {
  const client = scope.container.getBlockBlobClient(blobNameIn(scope, kind, path));
  const mode = options.overwrite ?? "always";
  const headers = headersFor(path, options);
  const result = (status: SaveResult["status"], blob: StoredContent): SaveResult => ({
    status,
    output: OutputFileReference.at(scope, address(scope, { kind, path }), {
      size: blob.sizeBytes,
      contentMD5: blob.contentMD5,
      etag: blob.etag,
      lastModified: blob.lastModified,
      contentType: headers.blobContentType,
    }),
  });

  const former = mode === "always" ? undefined : await formerBlob(client, options);
  if (mode === "never" && former) throw outputExists(scope, kind, path);
  if (mode === "if-changed" && former && (await isUnchanged(former, source)))
    return result("unchanged", former);

  let content: UploadedContent | undefined;
  try {
    const written = await uploadBlob(client, source.reader, {
      ...requestOptions(options),
      headers,
      concurrency: options.concurrency ?? 4,
      ...defined({
        metadata: options.metadata,
        tags: options.tags,
        tier: options.tier,
        sizeBytes: source.sizeBytes,
        onProgress: options.onProgress,
        budget,
      }),
      ...(mode === "always" ? {} : { conditions: onlyOver(former) }),
      async beforeCommit(read) {
        content = read;
        await source.requireUnchanged?.(read);
        return mode === "if-changed" && isSameContent(former, read.sizeBytes, read.contentMD5)
          ? "keep"
          : "commit";
      },
    });
    return written.isCommitted ? result("saved", written) : result("unchanged", former ?? written);
  } catch (error) {
    if (serviceErrorCode(error) === "InvalidBlockList") throw anotherWriter(scope, kind, path, error);
    if (mode === "always" || !isConditionFailure(error) || !content) throw error;
    const settled = await settle(client, content, options);
    if (settled) return result("saved", settled);
    throw mode === "never" ? outputExists(scope, kind, path, error) : anotherWriter(scope, kind, path, error);
  }
}

type StoredContent = Pick<UploadedBlob, "sizeBytes" | "etag" | "lastModified"> & {
  readonly contentMD5: Uint8Array | undefined;
};

/** Compares before anything is sent, where the source can be read twice and the length is the same. */
async function isUnchanged(former: FormerBlob, source: OutputSource): Promise<boolean> {
  if (!source.digest || former.contentMD5 === undefined || former.sizeBytes !== source.sizeBytes)
    return false;
  return isSameContent(former, former.sizeBytes, await source.digest());
}

/**
 * A conditional write whose answer was lost is repeated by the SDK and then refused: the condition no longer holds,
 * because the first one was carried out. What is in the store tells: our content, and all is well.
 */
async function settle(client: BlockBlobClient, content: UploadedContent, options: ContentOptions) {
  const now = await formerBlob(client, options);
  return isSameContent(now, content.sizeBytes, content.contentMD5) ? now : undefined;
}

function outputExists(scope: OutputScope, kind: string, path: string, cause?: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "OutputExists",
    `${kind} "${path}" of ${described(scope)} is saved already, and options.overwrite is "never". Save it under another path, or with overwrite "always".`,
    errorOptions(scope, kind, path, cause),
  );
}

function anotherWriter(scope: OutputScope, kind: string, path: string, cause: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "AnotherWriter",
    `Another program saved ${kind} "${path}" of ${described(scope)} at the same time, and its content stays. Let one program save it, or save again.`,
    errorOptions(scope, kind, path, cause),
  );
}

function errorOptions(scope: OutputScope, kind: string, path: string, cause: unknown) {
  return {
    jobId: scope.jobId,
    taskId: scope.taskId,
    containerName: scope.container.containerName,
    kind,
    path,
    ...(cause === undefined ? {} : { cause }),
  };
}
