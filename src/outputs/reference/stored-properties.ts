import type { DeleteSnapshotsOptionType } from "@azure/storage-blob";
import { argumentRangeError, defined, type OperationOptions, requestOptions } from "../../core/index.js";
import { describeLog, logSizeBytes } from "../../tracking/index.js";
import { laterPartNames } from "./log-parts.js";
import { logTarget, type OutputContent } from "./output-content.js";
import type { DeleteOutputOptions, OutputFileProperties } from "./output-file-properties.js";
import { outputVersion } from "./output-version.js";

/** What the store says of an output; a log that has continuations is as long as all of them. */
export async function storedProperties(
  content: OutputContent,
  options: OperationOptions,
): Promise<OutputFileProperties> {
  const found = await content.client.getProperties(requestOptions(options));
  const metadata = found.metadata ?? {};
  const log = describeLog(content.path, metadata);
  const total = log?.isContinued === true ? await logSizeBytes(logTarget(content), options) : undefined;
  return {
    size: total ?? found.contentLength ?? 0,
    metadata,
    ...defined({
      lastModified: found.lastModified,
      contentType: found.contentType,
      contentEncoding: found.contentEncoding,
      contentMD5: found.contentMD5,
      etag: found.etag,
      createdOn: found.createdOn,
      blobType: found.blobType,
      accessTier: found.accessTier,
      log,
      version: outputVersion({ ...found, log }),
    }),
  };
}

/** Refuses what the service would take for nothing said. Throws naming the option. */
export function checkDeleteOptions({ deleteSnapshots }: DeleteOutputOptions): void {
  const known: readonly unknown[] = [undefined, "include", "only"] satisfies (
    DeleteSnapshotsOptionType | undefined
  )[];
  if (known.includes(deleteSnapshots)) return;
  throw argumentRangeError(
    "options.deleteSnapshots",
    `must be "include" or "only", but is ${JSON.stringify(deleteSnapshots)}`,
  );
}

/** Deletes the output's blob, after those that continue it: whoever is interrupted can see that, and begin again. */
export async function deleteContent(content: OutputContent, options: DeleteOutputOptions): Promise<void> {
  const { metadata = {} } = await content.client.getProperties(requestOptions(options));
  const request = { ...requestOptions(options), ...defined({ deleteSnapshots: options.deleteSnapshots }) };
  const later = await laterPartNames(content.container, { name: content.blobName, metadata }, options);
  for (const name of later.reverse()) await content.container.getBlobClient(name).delete(request);
  await content.client.delete(request);
}
