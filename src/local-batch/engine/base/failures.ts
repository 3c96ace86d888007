import { redactText } from "../../../core/index.js";
import type { RunRecord } from "../../state/records.js";

export type FailureInfo = NonNullable<RunRecord["failureInfo"]>;

/**
 * The reasons for failures of tasks, with the service's own codes and messages, as far as they are published (the REST
 * API's "Batch status and error codes"; for uploads and containers, answers that clients received).
 */
const failures = {
  FailureExitCode: ["UserError", "The task exited with an exit code representing a failure"],
  TaskEnded: ["UserError", "Task Was Ended by User Request"],
  CommandProgramNotFound: ["UserError", "The specified command program is not found"],
  CommandLaunchFailed: ["UserError", "Failed to launch the specified command line"],
  ContainerPoolNotSupported: [
    "UserError",
    "The compute node environment does not support launching containers",
  ],
  BlobNotFound: ["UserError", "One of the specified Azure Blob(s) is not found"],
  BlobAccessDenied: ["UserError", "Access for one of the specified Azure Blob(s) is denied"],
  BlobDownloadTimedOut: [
    "ServerError",
    "Timeout encountered while downloading one of the specified Azure Blob(s)",
  ],
  BlobDownloadMiscError: [
    "ServerError",
    "Miscellaneous error encountered while downloading one of the specified Azure Blob(s)",
  ],
  ResourceContainerNotFound: ["UserError", "One of the specified Azure Blob container(s) is not found"],
  ResourceContainerAccessDenied: [
    "UserError",
    "Access for one of the specified Azure Blob container(s) is denied",
  ],
  ResourceContainerListMiscError: [
    "ServerError",
    "Miscellaneous error encountered while listing one of the specified Azure Blob container(s)",
  ],
  ResourceDirectoryCreateFailed: [
    "ServerError",
    "Failure encountered creating resource directory for the task",
  ],
  ResourceFileCreateFailed: ["ServerError", "Failure encountered creating resource file"],
  ResourceFileWriteFailed: ["ServerError", "Failure encountered writing resource file"],
  ApplicationPackageError: ["UserError", "One of the specified application packages cannot be installed"],
  FileUploadContainerNotFound: ["UserError", "The container to upload files to is not found"],
  FileUploadAccessDenied: ["UserError", "Access to the container to upload files to is denied"],
  FileUploadTimedOut: ["ServerError", "Timeout encountered while uploading files"],
  FileUploadMiscError: ["ServerError", "Miscellaneous error encountered while uploading files"],
  Unknown: ["ServerError", "An unknown scheduling error has occurred"],
} as const satisfies Record<string, readonly [FailureInfo["category"], string]>;

/** The failure of a command with an exit code other than zero. */
export function createExitCodeFailure(
  message = "The task process exited with an unexpected exit code",
): FailureInfo {
  return createFailureInfo("FailureExitCode", { Message: message, AdditionalErrorCode: "FailureExitCode" });
}

export type FailureCode = keyof typeof failures;

/** A failure as clients see it. `details` are for people: credentials are removed, because they repeat command lines and patterns. */
export function createFailureInfo(
  code: FailureCode,
  details: Readonly<Record<string, string>> = {},
): FailureInfo {
  const [category, message] = failures[code];
  const listed = Object.entries(details).map(([name, value]) => ({ name, value: redactText(value) }));
  return { category, code, message, ...(listed.length > 0 && { details: listed }) };
}

/** Thrown if a run cannot begin or continue; becomes the task's `failureInfo`. */
export class RunFailure extends Error {
  override readonly name = "RunFailure";
  readonly info: FailureInfo;

  constructor(code: FailureCode, details: Readonly<Record<string, string>> = {}, cause?: unknown) {
    const info = createFailureInfo(code, details);
    super(info.message, cause === undefined ? undefined : { cause });
    this.info = info;
  }
}

/** Returns the first line of an error's message, without signatures and keys, for users. */
export function describeError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return redactText(message).split("\n", 1)[0] ?? "";
}
