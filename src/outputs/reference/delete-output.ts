import type { DeleteSnapshotsOptionType } from "@azure/storage-blob";
import {
  BatchOutputsError,
  omitUndefined,
  type OperationOptions,
  pickRequestOptions,
  requireObject,
  requireOneOf,
  requireText,
} from "../../core/index.js";
import { hadUnansweredTry, isBlobMissing, isConditionFailure } from "../../storage/index.js";
import { describeLog, listLogParts } from "../../tracking/index.js";
import { deleteTimesOfLog } from "../times/log-times.js";
import { createLogTarget, type OutputContent } from "./output-content.js";

/** Options of {@link OutputFileReference.delete}. */
export interface DeleteOutputOptions extends OperationOptions {
  /** What to do with the blob's snapshots; by default, a blob with snapshots is not deleted. */
  deleteSnapshots?: DeleteSnapshotsOptionType | undefined;
  /** The condition for deleting the output; none by default. */
  conditions?: DeleteOutputConditions | undefined;
}

/** The condition for deleting an output. */
export interface DeleteOutputConditions {
  /**
   * Delete only the version with this ETag, such as that of a listing ({@link OutputFileReference.etag}): an output
   * that has been saved again, or a log that has grown, is kept, and the call throws `OutputChanged`.
   */
  ifMatch?: string | undefined;
}

/** Throws an argument error for invalid options of `delete`. */
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
 * Deletes the output's blob last, after those that continue it: if the deletion is interrupted, the first part still
 * exists, and the output can be deleted again. With a condition, each blob is deleted only if it still has the ETag
 * that is listed here. The times of the lines of a log are deleted after the log.
 */
export async function deleteContent(content: OutputContent, options: DeleteOutputOptions): Promise<void> {
  const { deleteSnapshots, conditions } = options;
  const parts = await listLogParts(createLogTarget(content), pickRequestOptions(options));
  const listed = conditions?.ifMatch === "*" ? undefined : conditions?.ifMatch;
  if (listed !== undefined && parts.length > 0 && parts.at(-1)?.etag !== quoteETag(listed))
    throw createChangedError();
  const [first, ...later] = parts;
  for (const { name, etag } of [...later.reverse(), { name: content.blobName, etag: first?.etag }]) {
    const ifMatch = listed === undefined ? undefined : etag;
    try {
      const container = await content.container.loadClient();
      await container.getBlobClient(name).delete({
        ...pickRequestOptions(options),
        ...omitUndefined({ deleteSnapshots, conditions: ifMatch === undefined ? undefined : { ifMatch } }),
      });
    } catch (error) {
      // If the answer to a deletion was lost, the SDK repeats the request, and the blob is gone already.
      if (isBlobMissing(error) && hadUnansweredTry(error)) continue;
      throw isConditionFailure(error) ? createChangedError(error) : error;
    }
  }
  const log = first && describeLog(content.blobName, first.metadata);
  if (log?.part !== 1 || deleteSnapshots === "only") return;
  const { container, taskId } = content;
  await deleteTimesOfLog(container, { taskId, logId: log.logId }, options);
}

/** ETags in a listing lack the quotes that they have in requests and other answers. */
function quoteETag(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}

function createChangedError(cause?: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "OutputChanged",
    "The output was saved again, or has grown, since it was listed.",
    {
      hint: { action: "list", what: "outputs" },
      cause,
    },
  );
}
