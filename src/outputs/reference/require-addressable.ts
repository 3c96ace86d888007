import { BatchOutputsError } from "../../core/index.js";
import { describeOutput, type NamedOutput } from "../scope/named-output.js";

/** Throws `UnsafePath` for a blob name that no URL can contain: a segment "." or ".." would lead to another blob. */
export function requireAddressable(output: NamedOutput): void {
  if (!/(?:^|\/)\.{1,2}(?:\/|$)/.test(output.blobName)) return;
  const { scope, kind, path } = output;
  throw new BatchOutputsError(
    "UnsafePath",
    `${describeOutput(output)} cannot be requested: a segment "." or ".." in its name would lead to another blob.`,
    {
      jobId: scope.jobId,
      taskId: scope.taskId,
      containerName: scope.container.name,
      kind,
      path,
    },
  );
}
