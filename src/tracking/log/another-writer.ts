import { BatchOutputsError } from "../../core/index.js";
import type { LogState } from "./log-state.js";

/** What a writer is told that must not write: its own bytes are where they were, and none is mixed with the other's. */
export function anotherWriter(blobName: string, found: LogState | undefined, where = ""): BatchOutputsError {
  const who =
    where === "here"
      ? "another tracked file of this process"
      : found === undefined
        ? "a program that does not track files with this package"
        : "another tracked file";
  return new BatchOutputsError(
    "AnotherWriter",
    `The log "${blobName}" is written by ${who} at the same time. Nothing was added to it here. ` +
      "Give each file a destination of its own; if this is an older attempt of the same task, let it end.",
    { path: blobName },
  );
}
