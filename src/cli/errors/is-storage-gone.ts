import { isBatchOutputsError } from "../../core/index.js";

/** Whether a job that an account has listed was deleted since: who goes through all jobs passes over it. */
export function isStorageGone(error: unknown): boolean {
  return (
    isBatchOutputsError(error) &&
    (error.code === "ContainerNotPrepared" || error.code === "ContainerBeingDeleted")
  );
}
