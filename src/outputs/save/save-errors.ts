import { BatchOutputsError, type BatchOutputsErrorCode, type Hint } from "../../core/index.js";
import { getServiceErrorCode } from "../../storage/index.js";
import { describeOutput, type NamedOutput } from "../scope/named-output.js";

/** Creates the error for an existing output that the caller does not want to overwrite. */
export function createOutputExistsError(output: NamedOutput, cause?: unknown): BatchOutputsError {
  const reason = `${describeOutput(output)} is saved already, and must not be overwritten.`;
  return createSaveError("OutputExists", reason, { action: "allow-overwrite" }, output, cause);
}

/** Creates the error for a tracked log that the caller does not want to replace. */
export function createTrackedLogError(output: NamedOutput): BatchOutputsError {
  const reason = `${describeOutput(output)} is a tracked log, and is not replaced.`;
  return createSaveError("OutputExists", reason, { action: "use-another-destination" }, output, undefined);
}

/** Creates the error for an output that another program wrote between the first request of this call and the last. */
export function createAnotherWriterError(output: NamedOutput, cause: unknown): BatchOutputsError {
  const reason = `Another program saved or deleted ${describeOutput(output)} at the same time. Its change was kept.`;
  return createSaveError("AnotherWriter", reason, { action: "use-another-destination" }, output, cause);
}

/** Returns the error for a write that the service refused because of another writer; otherwise the error itself. */
export function explainWriteError(output: NamedOutput, error: unknown): unknown {
  const hint: Hint = { action: "use-another-destination" };
  switch (getServiceErrorCode(error)) {
    // A commit discards the uncommitted blocks of all other writers.
    case "InvalidBlockList":
      return createAnotherWriterError(output, error);
    case "InvalidBlobType":
      return createSaveError(
        "AnotherWriter",
        `${describeOutput(output)} is a tracked log (an append blob), which a save cannot replace.`,
        hint,
        output,
        error,
      );
    case "InvalidBlobOrBlock":
      return createSaveError(
        "AnotherWriter",
        `Another program left an unfinished upload of ${describeOutput(output)}, which the service keeps for a week.`,
        hint,
        output,
        error,
      );
    default:
      return error;
  }
}

function createSaveError(
  code: BatchOutputsErrorCode,
  reason: string,
  hint: Hint,
  { scope, kind, path }: NamedOutput,
  cause: unknown,
): BatchOutputsError {
  return new BatchOutputsError(code, reason, {
    hint,
    jobId: scope.jobId,
    taskId: scope.taskId,
    containerName: scope.container.name,
    kind,
    path,
    ...(cause !== undefined && { cause }),
  });
}
