import { type BatchOutputsErrorCode, isBatchOutputsError } from "../errors.js";

/** What fails one output for this reason fails all of them: no use in trying the other thousands. */
const reasons: readonly BatchOutputsErrorCode[] = [
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

/** Whether a call for many outputs ends with this error of one of them: it concerns all, or the caller said stop. */
export function failsEverything(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === "AbortError") return true;
  return isBatchOutputsError(error) && reasons.includes(error.code);
}
