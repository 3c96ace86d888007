import { type Hint, hintText } from "./hint.js";

/**
 * What each code means. A program acts on the code, never on the message; the list is closed, and
 * `docs/reference/errors.md` says of each what to do.
 */
export const batchOutputsErrorCodes = [
  /** The job's output container does not exist: nobody called `prepareOutputStorage` for the job, or it was deleted. */
  "ContainerNotPrepared",
  /** The container that this job's id leads to is already kept for another job. */
  "ContainerOfAnotherJob",
  /** The container was deleted a moment ago, and the service has not finished. */
  "ContainerBeingDeleted",
  /** No such saved output. */
  "OutputNotFound",
  /** The output exists, and the call asked not to overwrite it. */
  "OutputExists",
  /** The output was overwritten by somebody else while it was being read. */
  "OutputChanged",
  /** Somebody else writes the same output at the same time. */
  "AnotherWriter",
  /** The source file changed while it was being saved. */
  "SourceChanged",
  /** The file to be tracked never came into being. */
  "SourceMissing",
  /** No file matched the patterns of `saveMany`. */
  "NothingMatched",
  /** A local file's name cannot be an output path. */
  "UnsupportedName",
  /** Two source files would be saved under one output path. */
  "DestinationConflict",
  /** What arrived is not what was saved: digest or length differ. */
  "DigestMismatch",
  /** A name from the store would lead outside of the folder, or through a symbolic link. */
  "UnsafePath",
  /** The SAS or token has expired, or is not valid yet. */
  "CredentialExpired",
  /** This machine's clock is too far from the service's. */
  "ClockSkew",
  /** The credential is known, but does not allow this. */
  "PermissionMissing",
  /** The service did not accept the credential at all. */
  "NotAuthorized",
  /** The client's credential cannot sign a SAS. */
  "CannotSign",
  /** The storage account did not answer at its address. */
  "StoreUnreachable",
  /** An environment variable that is needed is missing or makes no sense. */
  "EnvironmentIncomplete",
  /** Another local Batch service runs on the folder. */
  "FolderInUse",
  /** What the local Batch service wrote down in its folder cannot be read. */
  "StateUnreadable",
  /** The Batch account has no such job. */
  "JobNotFound",
  /** The job has no such task. */
  "TaskNotFound",
  /** The task has not begun: no node has files of it. */
  "TaskNotStarted",
  /** The compute node that has the task's files is gone, or not ready. */
  "NodeUnavailable",
  /** The node does not have the task's files any more. */
  "NodeFilesGone",
  /** The task has no such file on its node. */
  "NodeFileNotFound",
  /** The Batch service did not answer at its address. */
  "BatchUnreachable",
] as const;

/** A code of the closed list {@link batchOutputsErrorCodes}. */
export type BatchOutputsErrorCode = (typeof batchOutputsErrorCodes)[number];

/** What an error was about, as far as it is known. Never a credential. */
export interface BatchOutputsErrorContext {
  readonly jobId?: string | undefined;
  readonly taskId?: string | undefined;
  readonly containerName?: string | undefined;
  readonly kind?: string | undefined;
  readonly path?: string | undefined;
}

/** What a {@link BatchOutputsError} is made with. */
export interface BatchOutputsErrorOptions extends BatchOutputsErrorContext {
  /** What to do about it. */
  readonly hint?: Hint | undefined;
  /** The error that this one explains. */
  readonly cause?: unknown;
}

/**
 * What this package adds to the errors of the language and of the Azure SDK.
 *
 * A wrong argument is a `TypeError` or `RangeError` that names it (see `isArgumentError`); what the service refused for
 * a reason that this package has nothing to add to stays the SDK's `RestError`. Everything else is this class, with the
 * original error as `cause`.
 *
 * @example
 * ```ts
 * try {
 *   await output.downloadToFile("result.csv");
 * } catch (error) {
 *   if (isBatchOutputsError(error) && error.code === "OutputNotFound") return;
 *   throw error;
 * }
 * ```
 */
export class BatchOutputsError extends Error {
  override readonly name = "BatchOutputsError";
  /** What went wrong. Act on this, never on the message. */
  readonly code: BatchOutputsErrorCode;
  /** What failed and why: the message without what to do about it. */
  declare readonly reason: string;
  /** What to do about it, as data. The message holds it in the library's words. */
  declare readonly hint?: Hint;
  declare readonly jobId?: string;
  declare readonly taskId?: string;
  declare readonly containerName?: string;
  declare readonly kind?: string;
  declare readonly path?: string;

  constructor(code: BatchOutputsErrorCode, reason: string, options: BatchOutputsErrorOptions = {}) {
    const { hint } = options;
    super(
      hint === undefined ? reason : `${reason} ${hintText(hint)}`,
      "cause" in options ? { cause: options.cause } : undefined,
    );
    this.code = code;
    // Not enumerable: the message, which Node.js prints first, says both.
    Object.defineProperties(this, { reason: { value: reason }, hint: { value: hint } });
    if (options.jobId !== undefined) this.jobId = options.jobId;
    if (options.taskId !== undefined) this.taskId = options.taskId;
    if (options.containerName !== undefined) this.containerName = options.containerName;
    if (options.kind !== undefined) this.kind = options.kind;
    if (options.path !== undefined) this.path = options.path;
  }
}

/** Whether this is a {@link BatchOutputsError}, by name, so that it also holds for a second copy of the package. */
export function isBatchOutputsError(error: unknown): error is BatchOutputsError {
  return error instanceof Error && error.name === "BatchOutputsError" && "code" in error;
}
