import { isBatchOutputsError } from "../../core/index.js";

/** Whether a listed job has been deleted since: a command for all jobs skips it. */
export function isStorageGone(error: unknown): boolean {
  return (
    isBatchOutputsError(error) &&
    (error.code === "ContainerNotPrepared" || error.code === "ContainerBeingDeleted")
  );
}
