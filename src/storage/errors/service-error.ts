import {
  BatchOutputsError,
  omitUndefined,
  isBatchOutputsError,
  isRestErrorLike,
  isTransientStatus,
  redactError,
  type RestErrorLike,
} from "../../core/index.js";
import { explainOtherRefusal } from "./credential/authorization-error.js";
import { explainForeignAnswer, explainNoAnswer, explainProxyAnswer } from "./connection-error.js";
import type { Reason } from "./refusal/reason.js";
import { quoteWords } from "./refusal/quote-words.js";
import { readRefusedRequest, type RefusedRequest } from "./refusal/refused-request.js";
import type { ServiceCall } from "./service-call.js";
import { readServiceErrorCode } from "./refusal/service-error-code.js";
import { explainServiceCode } from "./service-codes.js";

export type { ServiceCall } from "./service-call.js";

/** The service's own error code (`BlobNotFound`, …), also for answers without a body. */
export function getServiceErrorCode(error: unknown): string | undefined {
  return isRestErrorLike(error) ? readServiceErrorCode(error) : undefined;
}

/** The HTTP status of a refused request. */
export function getServiceErrorStatus(error: unknown): number | undefined {
  return isRestErrorLike(error) ? error.statusCode : undefined;
}

/** Whether Azurite has no such account: it answers as if something in it were missing. */
export function isAccountMissing(error: unknown): boolean {
  return (
    isRestErrorLike(error) &&
    readServiceErrorCode(error) === "ResourceNotFound" &&
    readRefusedRequest(error).isAzurite
  );
}

/** Whether a request failed because the blob does not exist; a missing container is a different error. */
export function isBlobMissing(error: unknown): boolean {
  return getServiceErrorStatus(error) === 404 && getServiceErrorCode(error) !== "ContainerNotFound";
}

/**
 * Returns the error to throw for a failed call: with a code, its job and task, and a hint if there is one; otherwise
 * the error itself. Credentials are removed from it in both cases.
 */
export function explainServiceError(error: unknown, call: ServiceCall): unknown {
  const refused = isRestErrorLike(error) ? readRefusedRequest(error) : undefined;
  redactError(error);
  if (isBatchOutputsError(error)) return addContext(error, call);
  const [code, why, hint] =
    (isRestErrorLike(error) && refused ? findReason(error, refused, call) : explainTokenFailure(error)) ?? [];
  if (code === undefined) return error;
  return new BatchOutputsError(code, `${capitalize(call.action)} failed: ${why}`, {
    ...call.context,
    hint,
    cause: error,
  });
}

/** Adds job and task to an error of this package that was created where they are not known. */
function addContext(error: BatchOutputsError, call: ServiceCall): BatchOutputsError {
  if (error.containerName !== undefined || call.context.containerName === undefined) return error;
  const isAboutNothing = error.jobId === undefined && error.taskId === undefined && error.path === undefined;
  const reason = isAboutNothing
    ? `${capitalize(call.action)} failed: ${uncapitalize(error.reason)}`
    : error.reason;
  return new BatchOutputsError(error.code, reason, {
    hint: error.hint,
    ...call.context,
    ...omitUndefined({ jobId: error.jobId, taskId: error.taskId, kind: error.kind, path: error.path }),
    ...("cause" in error ? { cause: error.cause } : {}),
  });
}

function findReason(error: RestErrorLike, request: RefusedRequest, call: ServiceCall): Reason | undefined {
  const { status, code } = request;
  if (status === undefined) return explainNoAnswer(error, request, call);
  const known =
    explainServiceCode(request, call) ?? explainProxyAnswer(request) ?? explainForeignAnswer(request, call);
  if (known !== undefined) return known;
  if (status === 401 || status === 403) return explainOtherRefusal(request);
  const answer = code === "" ? `HTTP status ${status}` : `${code}, HTTP status ${status}`;
  if (isTransientStatus(status)) {
    return [
      "StoreBusy",
      `the store is too busy, or has an internal error (${answer}).`,
      { action: "try-again" },
    ];
  }
  return ["RequestRefused", `the store refused the request (${answer})${quoteWords(request)}.`];
}

/** Errors of @azure/identity, recognized by name because it is not a dependency. */
function explainTokenFailure(error: unknown): Reason | undefined {
  const names = ["CredentialUnavailableError", "AuthenticationError", "AggregateAuthenticationError"];
  if (!(error instanceof Error && [...names, "AuthenticationRequiredError"].includes(error.name)))
    return undefined;
  return ["NotAuthorized", `Microsoft Entra ID returned no token (${error.name}).`, { action: "sign-in" }];
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Makes the first letter lower case for use after a colon, except in a name in capitals. */
function uncapitalize(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
