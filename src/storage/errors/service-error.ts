import { isRestError, type RestError } from "@azure/core-rest-pipeline";
import {
  BatchOutputsError,
  defined,
  isBatchOutputsError,
  isTransientStatus,
  redactError,
} from "../../core/index.js";
import { otherRefusal } from "./authorization-error.js";
import { explainNoAnswer, explainProxyAnswer } from "./connection-error.js";
import type { Reason } from "./reason.js";
import { readRefusedRequest, type RefusedRequest } from "./refused-request.js";
import type { ServiceCall } from "./service-call.js";
import { explainServiceCode } from "./service-codes.js";

export type { ServiceCall } from "./service-call.js";

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

/** Whether a request failed because there is no such blob; a missing container is another matter. */
export function isBlobMissing(error: unknown): boolean {
  return serviceErrorStatus(error) === 404 && serviceErrorCode(error) !== "ContainerNotFound";
}

/**
 * The error to throw for a failed call: with a code, the job and task it was about, and what to do where that is
 * known; otherwise the error itself. Either way no credential is left in it.
 */
export function explainServiceError(error: unknown, call: ServiceCall): unknown {
  const refused = isRestError(error) ? readRefusedRequest(error) : undefined;
  redactError(error);
  if (isBatchOutputsError(error)) return inContext(error, call);
  const [code, why, hint] =
    (isRestError(error) && refused ? reasonOf(error, refused, call) : tokenFailure(error)) ?? [];
  if (code === undefined) return error;
  return new BatchOutputsError(code, `${capitalized(call.doing)} failed: ${why}`, {
    ...call.context,
    hint,
    cause: error,
  });
}

/** Our own error from where neither job nor task are known, now with both; whoever knew them has said so already. */
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

function reasonOf(error: RestError, request: RefusedRequest, call: ServiceCall): Reason | undefined {
  const { status, code } = request;
  if (status === undefined) return explainNoAnswer(error, request, call);
  const known = explainServiceCode(request, call) ?? explainProxyAnswer(request);
  if (known !== undefined) return known;
  if (status === 401 || status === 403) return otherRefusal(request);
  const answer = code === "" ? `HTTP status ${status}` : `${code}, HTTP status ${status}`;
  if (isTransientStatus(status)) {
    return [
      "StoreBusy",
      `the store did not recover while the request was repeated (${answer}).`,
      { action: "try-again" },
    ];
  }
  return ["RequestRefused", `the store refused the request (${answer}).`];
}

/** Errors of @azure/identity, by name: it is no dependency. */
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

/** The sentence as it goes on after a colon; names in capitals stay. */
function uncapitalized(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
