import { isRestError, RestError } from "@azure/core-rest-pipeline";
import {
  BatchOutputsError,
  type BatchOutputsErrorContext,
  defined,
  isBatchOutputsError,
  isCertificateCode,
  isConnectionError,
  redactError,
  redactUrl,
} from "../../core/index.js";
import { type Reason, refusalReason, type RefusedCall } from "./authorization-error.js";

/** The properties of a call to the store that an error message needs. */
export interface ServiceCall extends RefusedCall {
  /** The action and its object: `saving "out.txt" as TaskOutput of task "t1" of job "j1"`. */
  readonly doing: string;
  /** The properties of the error. */
  readonly context: BatchOutputsErrorContext;
}

/** The service's own error code (`BlobNotFound`, …), also for answers without a body. */
export function serviceErrorCode(error: unknown): string | undefined {
  if (!isRestError(error)) return undefined;
  const fromHeader = error.response?.headers.get("x-ms-error-code");
  return fromHeader ?? error.code;
}

/** The HTTP status of a refused request. */
export function serviceErrorStatus(error: unknown): number | undefined {
  return isRestError(error) ? error.statusCode : undefined;
}

/** Whether a request failed because the blob does not exist; a missing container is a different error. */
export function isBlobMissing(error: unknown): boolean {
  return serviceErrorStatus(error) === 404 && serviceErrorCode(error) !== "ContainerNotFound";
}

/**
 * Returns the error to throw for a failed call: with a code, its job and task, and a hint if there is one; otherwise
 * the error itself. Credentials are removed from it in both cases.
 */
export function explainServiceError(error: unknown, call: ServiceCall): unknown {
  redactError(error);
  if (isBatchOutputsError(error)) return inContext(error, call);
  const [code, why, hint] = (isRestError(error) ? findReason(error, call) : tokenFailure(error)) ?? [];
  if (code === undefined) return error;
  return new BatchOutputsError(code, `${capitalized(call.doing)} failed: ${why}`, {
    ...call.context,
    hint,
    cause: error,
  });
}

/** Adds job and task to an error of this package that was thrown where they are not known. */
function inContext(error: BatchOutputsError, call: ServiceCall): BatchOutputsError {
  if (error.containerName !== undefined || call.context.containerName === undefined) return error;
  const isAboutNothing = error.jobId === undefined && error.taskId === undefined && error.path === undefined;
  const reason = isAboutNothing
    ? `${capitalized(call.doing)} failed: ${uncapitalized(error.reason)}`
    : error.reason;
  return new BatchOutputsError(error.code, reason, {
    hint: error.hint,
    ...call.context,
    ...defined({ jobId: error.jobId, taskId: error.taskId, kind: error.kind, path: error.path }),
    ...("cause" in error ? { cause: error.cause } : {}),
  });
}

const reasonsByCode: Readonly<Record<string, (call: ServiceCall) => Reason>> = {
  ContainerNotFound: (call) => [
    "ContainerNotPrepared",
    `container "${call.context.containerName ?? ""}" does not exist at ${redactUrl(call.url)}: the job's output storage was not prepared, or it was deleted.`,
    { action: "prepare-output-storage", jobId: call.context.jobId },
  ],
  ContainerBeingDeleted: (call) => [
    "ContainerBeingDeleted",
    `container "${call.context.containerName ?? ""}" is being deleted; the service needs half a minute or more.`,
    { action: "try-again", afterInMs: 30_000 },
  ],
  BlobNotFound: () => [
    "OutputNotFound",
    "there is no such output in the store.",
    { action: "list", what: "outputs" },
  ],
};

function findReason(error: RestError, call: ServiceCall): Reason | undefined {
  const code = serviceErrorCode(error) ?? "";
  const known = reasonsByCode[code];
  if (known) return known(call);
  if (error.statusCode === 401 || error.statusCode === 403) return refusalReason(error, code, call);
  if (error.statusCode === undefined && isCertificateCode(code)) {
    return [
      "StoreUnreachable",
      `what answered at ${redactUrl(call.url)} could not prove who it is (${code}). Where a proxy or a local store has a certificate of its own, set NODE_EXTRA_CA_CERTS.`,
      { action: "check-network" },
    ];
  }
  if (error.statusCode === undefined && (isConnectionError(error) || code === RestError.REQUEST_SEND_ERROR)) {
    return [
      "StoreUnreachable",
      `nothing answered at ${redactUrl(call.url)} (${code}).`,
      { action: "check-network" },
    ];
  }
  return undefined;
}

/** Errors of @azure/identity, recognized by name because it is no dependency. */
function tokenFailure(error: unknown): Reason | undefined {
  const names = ["CredentialUnavailableError", "AuthenticationError", "AggregateAuthenticationError"];
  if (!(error instanceof Error && [...names, "AuthenticationRequiredError"].includes(error.name)))
    return undefined;
  return [
    "NotAuthorized",
    `Microsoft Entra ID gave no token (${error.name}). Check the identity that this program runs under; what was tried stands in this error's cause.`,
  ];
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The sentence for use after a colon; a name in capitals is kept. */
function uncapitalized(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
