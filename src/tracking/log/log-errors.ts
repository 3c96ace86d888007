import { BatchOutputsError } from "../../core/index.js";
import type { LogState } from "./log-state.js";

/** Creates the error for a log that another writer writes to. */
export function createAnotherWriterError(
  blobName: string,
  found: LogState | undefined,
  where = "",
): BatchOutputsError {
  const who =
    where === "here"
      ? "another tracked file of this process"
      : found === undefined
        ? "a program that does not track files with this package"
        : "another tracked file";
  return new BatchOutputsError(
    "AnotherWriter",
    `The log "${blobName}" is written by ${who} at the same time. Nothing more was appended by this one.`,
    { path: blobName, hint: { action: "use-another-destination" } },
  );
}

/** Creates the error for a log that was deleted while it was written. */
export function logDeleted(blobName: string): BatchOutputsError {
  return new BatchOutputsError(
    "OutputNotFound",
    `The log "${blobName}" was deleted while a file was tracked to it. Track the file again to store it again.`,
    { path: blobName },
  );
}

/** Creates the error for a name that a log needs, but that another output has. */
export function nameTaken(name: string, purpose: "attempt" | "part"): BatchOutputsError {
  const why =
    purpose === "part"
      ? `The log has reached the limit of its blob and would continue in "${name}"`
      : `The log of the earlier attempt would be kept as "${name}"`;
  return new BatchOutputsError(
    "OutputExists",
    `${why}, but another output has that name. Delete or rename that output.`,
    {
      path: name,
    },
  );
}

/** Creates the error for a log that exists while `onExisting` is "fail". */
export function createExistsError(blobName: string): BatchOutputsError {
  return new BatchOutputsError("OutputExists", `"${blobName}" is stored already. Nothing was changed.`, {
    path: blobName,
    hint: { action: "choose-on-existing" },
  });
}

/** Creates the error for a blob that is not an append blob, and that the credential does not permit to delete. */
export function createOtherTypeError(blobName: string, type: string, cause: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "OutputExists",
    `"${blobName}" is stored already as a ${type}, which cannot be appended to and must be deleted first, ` +
      "but the credential does not permit that. Track the file to another destination, or delete that output.",
    { path: blobName, cause },
  );
}
