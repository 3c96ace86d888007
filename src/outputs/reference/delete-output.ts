import type { DeleteSnapshotsOptionType } from "@azure/storage-blob";
import {
  BatchOutputsError,
  defined,
  type OperationOptions,
  requestOptions,
  requireObject,
  requireOneOf,
  requireText,
} from "../../core/index.js";
import { hadUnansweredTry, isBlobMissing, isConditionFailure } from "../../storage/index.js";
import { listLogParts } from "../../tracking/index.js";
import { logTarget, type OutputContent } from "./output-content.js";

/** Options of {@link OutputFileReference.delete}. */
export interface DeleteOutputOptions extends OperationOptions {
  /** What to do with the blob's snapshots; without it, a blob that has some is not deleted. */
  deleteSnapshots?: DeleteSnapshotsOptionType | undefined;
  /** When the output may be deleted; in any case if left out. */
  conditions?: DeleteOutputConditions | undefined;
}

/** When an output may be deleted. */
export interface DeleteOutputConditions {
  /**
   * Only the version with this ETag, such as a listing gave it ({@link OutputFileReference.etag}): an output that was saved
   * anew since, or a log that has grown, stays, and the call fails with `OutputChanged`.
   */
  ifMatch?: string | undefined;
}

/** Throws an argument error unless the options are as `delete` takes them. */
export function requireDeleteOptions(options: DeleteOutputOptions): void {
  requireObject(options, "options");
  const { deleteSnapshots, conditions } = options;
  if (deleteSnapshots !== undefined)
    requireOneOf(deleteSnapshots, ["include", "only"], "options.deleteSnapshots");
  if (conditions === undefined) return;
  requireObject(conditions, "options.conditions");
  if (conditions.ifMatch !== undefined) requireText(conditions.ifMatch, "options.conditions.ifMatch");
}

/**
 * Deletes the output's blob after those that continue it, so that an interrupted deletion leaves a beginning that can be
 * deleted again. With a condition each blob is deleted only as it was seen here, the one that grows first.
 */
export async function deleteContent(content: OutputContent, options: DeleteOutputOptions): Promise<void> {
  const { deleteSnapshots, conditions } = options;
  const parts = await listLogParts(logTarget(content), requestOptions(options));
  const listed = conditions?.ifMatch === "*" ? undefined : conditions?.ifMatch;
  if (listed !== undefined && parts.length > 0 && parts.at(-1)?.etag !== quoteETag(listed)) throw changed();
  const [first, ...later] = parts;
  for (const { name, etag } of [...later.reverse(), { name: content.blobName, etag: first?.etag }]) {
    const ifMatch = listed === undefined ? undefined : etag;
    try {
      const container = await content.container.loadClient();
      await container.getBlobClient(name).delete({
        ...requestOptions(options),
        ...defined({ deleteSnapshots, conditions: ifMatch === undefined ? undefined : { ifMatch } }),
      });
    } catch (error) {
      // A deletion whose answer was lost is repeated, and then finds nothing to delete.
      if (isBlobMissing(error) && hadUnansweredTry(error)) continue;
      throw isConditionFailure(error) ? changed(error) : error;
    }
  }
}

/** A listing gives ETags without the quotes that requests and other answers have. */
function quoteETag(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}

function changed(cause?: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "OutputChanged",
    "The output was saved anew, or has grown, since it was listed.",
    {
      hint: { action: "list", what: "outputs" },
      cause,
    },
  );
}
