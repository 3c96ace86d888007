import { type Hint, formatHint } from "./hint.js";

/**
 * All codes of {@link BatchOutputsError}. Programs act on the code, never on the message. `docs/reference/errors.md` documents
 * what to do for each.
 */
export const batchOutputsErrorCodes = [
  /** The output container of the job does not exist: `prepareOutputStorage` was not called, or it was deleted. */
  "ContainerNotPrepared",
  /** The container name of this job id is already used by another job. */
  "ContainerOfAnotherJob",
  /** The container is still being deleted. */
  "ContainerBeingDeleted",
  /** The output does not exist. */
  "OutputNotFound",
  /** The output exists, and the options do not allow to overwrite it. */
  "OutputExists",
  /** Another writer overwrote the output while it was read. */
  "OutputChanged",
  /** Another writer writes the same output at the same time. */
  "AnotherWriter",
  /** The source file changed while it was saved. */
  "SourceChanged",
  /** The file to be tracked was never created. */
  "SourceMissing",
  /** No file matched the patterns of `saveMany`. */
  "NothingMatched",
  /** A local file's name cannot be an output path. */
  "UnsupportedName",
  /** Two source files have the same output path. */
  "DestinationConflict",
  /** The downloaded bytes differ from the saved ones in length or MD5. */
  "DigestMismatch",
  /** The content has a content encoding that cannot be decoded here, or its encoded form is damaged. */
  "ContentNotDecoded",
  /** A name in the store leads outside of the target folder, or through a symbolic link. */
  "UnsafePath",
  /** The SAS or token has expired, or is not valid yet. */
  "CredentialExpired",
  /** The clocks of this machine and of the service differ too much. */
  "ClockSkew",
  /** The credential is valid, but lacks a permission. */
  "PermissionMissing",
  /** The service does not accept the credential. */
  "NotAuthorized",
  /** The credential of the client cannot sign a SAS. */
  "CannotSign",
  /** The storage account does not answer. */
  "StoreUnreachable",
  /** The certificate of a service is not trusted, is for another host, or is not valid at this machine's time. */
  "CertificateNotTrusted",
  /** The storage account is too busy, or has an internal error. */
  "StoreBusy",
  /** A proxy does not answer, requires a password, or answered in place of the store. */
  "ProxyFailed",
  /** The storage account or container is disabled, or cannot be written to at this address. */
  "AccountUnavailable",
  /** This kind of storage account or blob does not support the operation. */
  "FeatureNotSupported",
  /** Another program holds a lease on the output or its container. */
  "OutputLeased",
  /** The output is in the access tier Archive. */
  "OutputArchived",
  /** An immutability policy or a legal hold protects the output. */
  "OutputImmutable",
  /** The output exceeds a limit of the service. */
  "OutputTooLarge",
  /** The store or the Batch service refused the request for a reason that has no code of its own. */
  "RequestRefused",
  /** A required environment variable is missing or invalid. */
  "EnvironmentIncomplete",
  /** Another local Batch service uses the folder. */
  "FolderInUse",
  /** The state in the folder of the local Batch service cannot be read. */
  "StateUnreadable",
  /** The job does not exist in the Batch account. */
  "JobNotFound",
  /** The task does not exist in the job. */
  "TaskNotFound",
  /** The task has not started, so no node has files of it. */
  "TaskNotStarted",
  /** The compute node of the task was removed, or is not ready. */
  "NodeUnavailable",
  /** The node has deleted the files of the task. */
  "NodeFilesGone",
  /** The file does not exist on the node of the task. */
  "NodeFileNotFound",
  /** The Batch service does not answer. */
  "BatchUnreachable",
  /** The Batch service is too busy, or has an internal error. */
  "BatchBusy",
] as const;

/** A code of the closed list {@link batchOutputsErrorCodes}. */
export type BatchOutputsErrorCode = (typeof batchOutputsErrorCodes)[number];

/** What an error is about, as far as it is known. Contains no credential. */
export interface BatchOutputsErrorContext {
  /** The job that is concerned. */
  readonly jobId?: string | undefined;
  /** The task that is concerned. */
  readonly taskId?: string | undefined;
  /** The container that is concerned. */
  readonly containerName?: string | undefined;
  /** The kind of the output that is concerned. */
  readonly kind?: string | undefined;
  /** The output path that is concerned, or a local path. */
  readonly path?: string | undefined;
}

/** Options of the constructor of {@link BatchOutputsError}. */
export interface BatchOutputsErrorOptions extends BatchOutputsErrorContext {
  /** What to do about it. */
  readonly hint?: Hint | undefined;
  /** The error that this one explains. */
  readonly cause?: unknown;
}

/**
 * An error with a code of this package, and the original error as its `cause`.
 *
 * A wrong argument is a `TypeError` or `RangeError` instead (see `isArgumentError`), and an error of the file system keeps its own
 * `code` (`ENOENT`).
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
  /** Always `BatchOutputsError`. */
  override readonly name = "BatchOutputsError";
  /** What went wrong. Act on this, not on the message. */
  readonly code: BatchOutputsErrorCode;
  /** What failed and why: the message without the hint. */
  declare readonly reason: string;
  /** What to do about it, as data. The message contains it as a sentence. */
  declare readonly hint?: Hint;
  /** The job that is concerned, if one is. */
  declare readonly jobId?: string;
  /** The task that is concerned, if one is. */
  declare readonly taskId?: string;
  /** The container that is concerned, if one is. */
  declare readonly containerName?: string;
  /** The kind of the output that is concerned, if one is. */
  declare readonly kind?: string;
  /** The output path that is concerned, or a local path, if one is. */
  declare readonly path?: string;

  constructor(code: BatchOutputsErrorCode, reason: string, options: BatchOutputsErrorOptions = {}) {
    const { hint } = options;
    super(
      hint === undefined ? reason : `${reason} ${formatHint(hint)}`,
      "cause" in options ? { cause: options.cause } : undefined,
    );
    this.code = code;
    // Not enumerable: the message, which Node.js prints first, contains both.
    Object.defineProperties(this, { reason: { value: reason }, hint: { value: hint } });
    if (options.jobId !== undefined) this.jobId = options.jobId;
    if (options.taskId !== undefined) this.taskId = options.taskId;
    if (options.containerName !== undefined) this.containerName = options.containerName;
    if (options.kind !== undefined) this.kind = options.kind;
    if (options.path !== undefined) this.path = options.path;
  }
}

/** Whether the error is a {@link BatchOutputsError}. Checks the name, so it also works across two copies of the package. */
export function isBatchOutputsError(error: unknown): error is BatchOutputsError {
  return error instanceof Error && error.name === "BatchOutputsError" && "code" in error;
}
