import { omitUndefined, type OperationOptions, pickRequestOptions } from "../../core/index.js";
import { isAccountMissing, isBlobMissing, isFolderMarker } from "../../storage/index.js";
import { describeLog, listLogParts } from "../../tracking/index.js";
import { summarizeLog } from "./log-summary.js";
import { requireNoFolder } from "./output-blobs.js";
import { createLogTarget, type OutputContent } from "./output-content.js";
import type { OutputFileProperties } from "./output-file-properties.js";
import { formatVersion } from "./output-version.js";

/** Requests the properties of an output; for a log in several blobs, of all of them together. */
export async function fetchProperties(
  content: OutputContent,
  options: OperationOptions,
): Promise<OutputFileProperties> {
  const found = await content.blob.getProperties(pickRequestOptions(options));
  const metadata = found.metadata ?? {};
  requireNoFolder(content.blobName, metadata);
  const log = describeLog(content.path, metadata);
  const summary =
    log?.isContinued === true
      ? summarizeLog(log, await listLogParts(createLogTarget(content), options))
      : undefined;
  return {
    size: summary?.size ?? found.contentLength ?? 0,
    metadata,
    ...omitUndefined({
      lastModified: summary?.lastModified ?? found.lastModified,
      contentType: found.contentType,
      contentEncoding: found.contentEncoding,
      contentMD5: found.contentMD5,
      etag: summary?.etag ?? found.etag,
      createdOn: found.createdOn,
      blobType: found.blobType,
      accessTier: found.accessTier,
      archiveStatus: found.archiveStatus,
      log: summary?.log ?? log,
      version: formatVersion({ ...found, log }),
    }),
  };
}

/** Whether there is such an output. */
export async function outputExists(content: OutputContent, options: OperationOptions): Promise<boolean> {
  try {
    const { metadata } = await content.blob.getProperties(pickRequestOptions(options));
    return !isFolderMarker({ name: content.blobName, metadata });
  } catch (error) {
    if (isBlobMissing(error) && !isAccountMissing(error)) return false;
    throw error;
  }
}
