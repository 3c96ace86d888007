import { type BatchOutputsErrorCode, isBatchOutputsError } from "./batch-outputs-error.js";
import { hasCode } from "./has-code.js";
import { isRestErrorLike } from "./rest-error.js";

/** Codes of ours for failures that pass by themselves. */
const transientCodes: readonly BatchOutputsErrorCode[] = [
  "StoreUnreachable",
  "BatchUnreachable",
  "ContainerBeingDeleted",
];

/** What the system says of a connection that broke or could not be made. */
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
 * Whether the same request may succeed a little later: nothing answered, the connection broke, or the service said that
 * it is busy or broken. The request may have been carried out: whoever repeats it has to bear that, or to look first.
 *
 * An abort, a refusal, a certificate that is not accepted, and a wrong argument are not transient.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === "AbortError") return false;
  if (isBatchOutputsError(error)) return transientCodes.includes(error.code);
  if (isRestErrorLike(error)) {
    const { statusCode, code } = error;
    return statusCode === undefined ? !isCertificateCode(code ?? "") : isTransientStatus(statusCode);
  }
  return isConnectionError(error);
}

/** Whether a service that answers with this HTTP status may answer otherwise a little later. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Whether the system says that a connection broke or could not be made. */
export function isConnectionError(error: unknown): boolean {
  return hasCode(error, ...connectionCodes);
}

/** Whether a code of Node.js says that the other side could not prove who it is. */
export function isCertificateCode(code: string): boolean {
  return /CERT|_SIGNATURE$|^ERR_TLS_|^ERR_SSL_|^EPROTO$/.test(code);
}
