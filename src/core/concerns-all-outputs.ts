import { type BatchOutputsErrorCode, isBatchOutputsError } from "./batch-outputs-error.js";

/** What fails one output for this reason fails all of them: no use in trying the other thousands. */
const codes: readonly BatchOutputsErrorCode[] = [
  "ContainerNotPrepared",
  "ContainerBeingDeleted",
  "CredentialExpired",
  "ClockSkew",
  "PermissionMissing",
  "NotAuthorized",
  "StoreUnreachable",
  "NodeUnavailable",
  "NodeFilesGone",
  "BatchUnreachable",
];

/** Whether a call for many outputs ends with this error of one of them: it concerns all, or the caller aborted. */
export function concernsAllOutputs(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === "AbortError") return true;
  return isBatchOutputsError(error) && codes.includes(error.code);
}
