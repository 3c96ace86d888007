import { isAbortError } from "./abort-error.js";
import { type BatchOutputsErrorCode, isBatchOutputsError } from "./batch-outputs-error.js";
import { isTlsCode } from "./certificate.js";
import { hasCode } from "./has-code.js";
import { isRestErrorLike } from "./rest-error.js";

/** Codes of {@link BatchOutputsError} for conditions that end by themselves. */
const transientCodes: readonly BatchOutputsErrorCode[] = [
  "StoreUnreachable",
  "StoreBusy",
  "BatchUnreachable",
  "BatchBusy",
  "ContainerBeingDeleted",
];

/** Codes of the system and of Node.js for a connection that failed. */
const connectionCodes = [
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ETIMEDOUT",
] as const;

/**
 * Whether the same request may succeed later: the service did not answer, the connection failed, or the service answered that it
 * is busy or has an internal error. The service may have carried out the request: the caller has to repeat it safely, or to check
 * first.
 *
 * An abort, a refusal, a certificate that is not accepted, and a wrong argument are not transient.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error) || isAbortError(error)) return false;
  if (isBatchOutputsError(error)) return transientCodes.includes(error.code);
  if (isRestErrorLike(error)) {
    const { statusCode, code } = error;
    return statusCode === undefined ? !isTlsCode(code ?? "") : isTransientStatus(statusCode);
  }
  return isConnectionError(error);
}

/** Whether a request that got this HTTP status may succeed later. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Whether a connection broke or could not be established. */
export function isConnectionError(error: unknown): boolean {
  return hasCode(error, ...connectionCodes);
}
