import type { BlobHTTPHeaders, BlobRequestConditions } from "@azure/storage-blob";
import {
  BlobHandle,
  type ByteBudget,
  type ByteReader,
  type FormerBlob,
  readFormerBlob,
  isConditionFailure,
  isSameContent,
  onlyOver,
  uploadBlob,
  type UploadedBlob,
  type UploadedContent,
  type WholeContent,
} from "../../storage/index.js";
import { type ContentOptions, headersFor } from "../options/content-options.js";
import { OutputFileReference } from "../reference/output-file-reference.js";
import { address, blobNameIn, type OutputScope } from "../scope/output-scope.js";
import { anotherWriter, outputExists, refusedWrite, type SavedAs } from "./save-refusals.js";

/** What a save did. */
export interface SaveResult {
  /** "saved", or "unchanged" where `overwrite: "if-changed"` found the same content in the store. */
  readonly status: "saved" | "unchanged";
  /** The output, with its size, time, type and digest. */
  readonly output: OutputFileReference;
}

/** What is to be stored. */
export interface OutputSource {
  readonly content: ByteReader | WholeContent;
  readonly sizeBytes?: number | undefined;
  /** Takes the MD5 ahead of the upload, where reading the source twice is possible. */
  readonly digest?: (() => Promise<Uint8Array>) | undefined;
  /** Throws when what was read is not to be stored after all. */
  readonly requireUnchanged?: ((content: UploadedContent) => Promise<void>) | undefined;
}

/** Stores one output under the options' overwrite mode. The arguments have been checked. */
export function writeOutput(
  scope: OutputScope,
  output: SavedAs,
  source: OutputSource,
  options: ContentOptions,
  budget?: ByteBudget,
): Promise<SaveResult> {
  const client = new BlobHandle(scope.container, blobNameIn(scope, output.kind, output.path));
  const headers = headersFor(output.path, options);
  const write: Write = { scope, output, client, headers, source, options, budget };
  switch (options.overwrite ?? "always") {
    case "always":
      return writeAlways(write);
    case "never":
      return writeIfNew(write);
    case "if-changed":
      return writeIfChanged(write);
  }
}

interface Write {
  readonly scope: OutputScope;
  readonly output: SavedAs;
  readonly client: BlobHandle;
  readonly headers: BlobHTTPHeaders;
  readonly source: OutputSource;
  readonly options: ContentOptions;
  readonly budget: ByteBudget | undefined;
}

async function writeAlways(write: Write): Promise<SaveResult> {
  return result(write, "saved", await upload(write, {}));
}

async function writeIfNew(write: Write): Promise<SaveResult> {
  if (await readFormerBlob(write.client, write.options)) throw outputExists(write.scope, write.output);
  return result(write, "saved", await upload(write, { conditions: onlyOver(undefined) }));
}

async function writeIfChanged(write: Write): Promise<SaveResult> {
  const former = await readFormerBlob(write.client, write.options);
  if (former && (await isSameAhead(former, write.source))) return result(write, "unchanged", former);
  const written = await upload(write, {
    conditions: onlyOver(former),
    isThere: (content) => isSameContent(former, content),
  });
  return former && !written.isCommitted
    ? result(write, "unchanged", former)
    : result(write, "saved", written);
}

/** Compares before anything is sent, where the source can be read twice and the length is the same. */
async function isSameAhead(former: FormerBlob, { sizeBytes, digest }: OutputSource): Promise<boolean> {
  if (!digest || former.contentMD5 === undefined || former.sizeBytes !== sizeBytes) return false;
  return isSameContent(former, { sizeBytes, contentMD5: await digest() });
}

/** When the new content may take the place of what is there. */
interface Over {
  readonly conditions?: BlobRequestConditions;
  /** Whether the content is what is there, so that nothing need be written after all. */
  readonly isThere?: (content: UploadedContent) => boolean;
}

async function upload(write: Write, { conditions, isThere }: Over): Promise<UploadedBlob> {
  const { client, source, options, budget } = write;
  const { abortSignal, tracingOptions, metadata, tags, tier, onProgress, concurrency = 4 } = options;
  let read: UploadedContent | undefined;
  const judge = async (content: UploadedContent): Promise<"commit" | "keep"> => {
    await source.requireUnchanged?.(content);
    return isThere?.(content) === true ? "keep" : "commit";
  };
  try {
    return await uploadBlob(client, source.content, {
      abortSignal,
      tracingOptions,
      headers: write.headers,
      concurrency,
      metadata,
      tags,
      tier,
      onProgress,
      sizeBytes: source.sizeBytes,
      budget,
      conditions,
      beforeCommit(content) {
        read = content;
        return source.requireUnchanged || isThere ? judge(content) : "commit";
      },
    });
  } catch (error) {
    if (!read || !isConditionFailure(error)) throw refusedWrite(write.scope, write.output, error);
    return await landed(write, read, error);
  }
}

/**
 * A conditional write whose answer was lost is repeated by the SDK and then refused: the condition no longer holds,
 * because the first one was carried out. What is in the store tells: our content, and all is well.
 */
async function landed(write: Write, content: UploadedContent, refusal: unknown): Promise<UploadedBlob> {
  const stored = await readFormerBlob(write.client, write.options);
  if (stored && isSameContent(stored, content)) {
    return { ...content, isCommitted: true, etag: stored.etag, lastModified: stored.lastModified };
  }
  const conflict = write.options.overwrite === "never" ? outputExists : anotherWriter;
  throw conflict(write.scope, write.output, refusal);
}

function result(
  { scope, output, client, headers }: Write,
  status: SaveResult["status"],
  blob: Partial<FormerBlob>,
): SaveResult {
  return {
    status,
    output: OutputFileReference.listed(scope, address(scope, output), client.name, {
      size: blob.sizeBytes,
      contentMD5: blob.contentMD5,
      etag: blob.etag,
      lastModified: blob.lastModified,
      contentType: status === "unchanged" ? blob.contentType : headers.blobContentType,
    }),
  };
}
