import { isBatchOutputsError } from "../../core/index.js";
import type { OutputFileReference } from "../../outputs/index.js";

/**
 * Deletes a listed output, including all blobs of a log. If it was saved again or has grown since the listing, it is
 * kept, and the result is "changed". If it was deleted meanwhile, the result is "gone".
 */
export async function deleteListed(
  output: OutputFileReference,
  abortSignal: AbortSignal,
): Promise<"deleted" | "changed" | "gone"> {
  try {
    await output.delete({ abortSignal, deleteSnapshots: "include", conditions: { ifMatch: output.etag } });
    return "deleted";
  } catch (error) {
    if (isBatchOutputsError(error) && error.code === "OutputChanged") return "changed";
    if (isBatchOutputsError(error) && error.code === "OutputNotFound") return "gone";
    throw error;
  }
}
