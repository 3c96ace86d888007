import { isAbortError } from "./abort-error.js";
import { type BatchOutputsErrorCode, isBatchOutputsError } from "./batch-outputs-error.js";

/** Codes of errors that would occur for every other output too. */
const codes: readonly BatchOutputsErrorCode[] = [
  "ContainerNotPrepared",
  "ContainerBeingDeleted",
  "CredentialExpired",
  "ClockSkew",
  "PermissionMissing",
  "NotAuthorized",
  "StoreUnreachable",
  "CertificateNotTrusted",
  "ProxyFailed",
  "AccountUnavailable",
  "NodeUnavailable",
  "NodeFilesGone",
  "BatchUnreachable",
  "BatchBusy",
];

/**
 * Whether an error of one output ends a call for many outputs: it would occur for all of them, or the caller aborted.
 */
export function concernsAllOutputs(error: unknown): boolean {
  if (!(error instanceof Error) || isAbortError(error)) return true;
  return isBatchOutputsError(error) && codes.includes(error.code);
}
