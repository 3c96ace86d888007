import { BatchOutputsError, type BatchOutputsErrorCode } from "../../core/index.js";
import { serviceErrorCode } from "../../storage/index.js";
import { described, type OutputScope } from "../scope/output-scope.js";

/** Which output a save is about. */
export interface SavedAs {
  readonly kind: string;
  readonly path: string;
}

/** The output is there, and the caller wants it kept. */
export function outputExists(scope: OutputScope, output: SavedAs, cause?: unknown): BatchOutputsError {
  return refusal(
    "OutputExists",
    `${named(scope, output)} is saved already, and options.overwrite is "never". Save it under another path, or with overwrite "always".`,
    scope,
    output,
    cause,
  );
}

/** Somebody else took the output's place between our first look and our last request. */
export function anotherWriter(scope: OutputScope, output: SavedAs, cause: unknown): BatchOutputsError {
  return refusal(
    "AnotherWriter",
    `Another program saved or deleted ${named(scope, output)} at the same time, and what it did stays. Let one program save it, or save again.`,
    scope,
    output,
    cause,
  );
}

/** What the service's refusal of a write means where another writer is the reason; otherwise the error itself. */
export function refusedWrite(scope: OutputScope, output: SavedAs, error: unknown): unknown {
  switch (serviceErrorCode(error)) {
    // Whoever commits discards the blocks of all others.
    case "InvalidBlockList":
      return anotherWriter(scope, output, error);
    case "InvalidBlobType":
      return refusal(
        "AnotherWriter",
        `${named(scope, output)} is a log that was tracked (an append blob), which a save cannot replace. Save it under another path, or delete the log first.`,
        scope,
        output,
        error,
      );
    case "InvalidBlobOrBlock":
      return refusal(
        "AnotherWriter",
        `Another program has left an unfinished upload of ${named(scope, output)}, which the service forgets after a week. Save it under another path, or end that upload.`,
        scope,
        output,
        error,
      );
    default:
      return error;
  }
}

function named(scope: OutputScope, { kind, path }: SavedAs): string {
  return `${kind} "${path}" of ${described(scope)}`;
}

function refusal(
  code: BatchOutputsErrorCode,
  message: string,
  scope: OutputScope,
  { kind, path }: SavedAs,
  cause: unknown,
): BatchOutputsError {
  return new BatchOutputsError(code, message, {
    jobId: scope.jobId,
    taskId: scope.taskId,
    containerName: scope.container.containerName,
    kind,
    path,
    ...(cause !== undefined && { cause }),
  });
}
