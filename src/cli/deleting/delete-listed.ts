import { redactUrl } from "../../core/index.js";
import type { OutputFileReference } from "../../outputs/index.js";
import { explainServiceError, isBlobMissing, isConditionFailure } from "../../storage/index.js";
import { describeOutput } from "../outputs/describe.js";

/**
 * Deletes an output as it was listed: one that was saved anew since then is "changed", and stays; one that somebody else
 * deleted is "gone". A log is deleted with all that continues it, whether it grew or not.
 */
export async function deleteListed(
  output: OutputFileReference,
  abortSignal: AbortSignal,
): Promise<"deleted" | "changed" | "gone"> {
  try {
    if (output.log === undefined && output.etag !== undefined) {
      const conditions = { ifMatch: output.etag };
      await output.blobClient.delete({ abortSignal, deleteSnapshots: "include", conditions });
    } else await output.delete({ abortSignal, deleteSnapshots: "include" });
    return "deleted";
  } catch (error) {
    if (isConditionFailure(error)) return "changed";
    if (isBlobMissing(error)) return "gone";
    throw explained(error, output);
  }
}

function explained(error: unknown, output: OutputFileReference): unknown {
  const { blobClient, jobId, taskId, kind, filePath: path } = output;
  const { containerName, url } = blobClient;
  const [, query = ""] = url.split("?");
  return explainServiceError(error, {
    doing: `deleting ${describeOutput(output)}`,
    permissions: ["d"],
    // As messages about the store name it; of the SAS, dates and letters are read only.
    url: `${redactUrl(url).split(`/${containerName}/`)[0] ?? ""}/${containerName}?${query}`,
    prepareHint: "Run `batch-outputs prepare` before outputs are saved.",
    context: { jobId, taskId, containerName, kind, path },
  });
}
