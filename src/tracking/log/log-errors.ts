import { BatchOutputsError } from "../../core/index.js";
import type { LogState } from "./log-state.js";

/** The error for another writer of the log: their bytes must not be mixed. */
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
    `The log "${blobName}" is written by ${who} at the same time. Nothing was added to it here.`,
    { path: blobName, hint: { action: "use-another-destination" } },
  );
}

/** The error for a log that was deleted while it was written. */
export function logDeleted(blobName: string): BatchOutputsError {
  return new BatchOutputsError(
    "OutputNotFound",
    `The log "${blobName}" was deleted while a file was being tracked to it. Track the file again to store it anew.`,
    { path: blobName },
  );
}

/** The error for a name that a log needs and another output has. */
export function nameTaken(name: string, purpose: "attempt" | "part"): BatchOutputsError {
  const why =
    purpose === "part"
      ? `The log has used up its blob and would go on in "${name}"`
      : `The log of the earlier attempt would be kept as "${name}"`;
  return new BatchOutputsError(
    "OutputExists",
    `${why}, but another output has that name. Delete or rename that one.`,
    {
      path: name,
    },
  );
}

/** The error for a log that exists while `onExisting` is "fail". */
export function createExistsError(blobName: string): BatchOutputsError {
  return new BatchOutputsError("OutputExists", `"${blobName}" is stored already. Nothing was changed.`, {
    path: blobName,
    hint: { action: "choose-on-existing" },
  });
}

/** The error for a blob that cannot be appended to, and that the credential may not delete. */
export function createOtherTypeError(blobName: string, type: string, cause: unknown): BatchOutputsError {
  return new BatchOutputsError(
    "OutputExists",
    `"${blobName}" is stored already as a ${type}, which cannot be appended to; the service only lets it be deleted first, ` +
      "and the credential may not do that. Track the file to another destination, or delete that output.",
    { path: blobName, cause },
  );
}
