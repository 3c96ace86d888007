import { isBatchOutputsError } from "../../core/index.js";
import type { OutputFileReference } from "../../outputs/index.js";

/**
 * Deletes an output, or all blobs of a log, as it was listed. One that was saved anew or has grown since is "changed" and
 * stays; one that somebody else deleted is "gone".
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
