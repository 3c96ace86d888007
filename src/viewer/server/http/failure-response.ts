import { createClientLogger } from "@azure/logger";
import {
  type BatchOutputsErrorCode,
  isArgumentError,
  isBatchOutputsError,
  isRestErrorLike,
  redactError,
} from "../../../core/index.js";
import type { ViewerFailure } from "../../protocol/index.js";
import { ViewerError } from "./viewer-error.js";

const logger = createClientLogger("batch-outputs:viewer");

const statuses: Readonly<Partial<Record<BatchOutputsErrorCode, number>>> = {
  ContainerNotPrepared: 404,
  OutputNotFound: 404,
  UnsafePath: 404,
  OutputChanged: 412,
  CredentialExpired: 403,
  ClockSkew: 403,
  PermissionMissing: 403,
  NotAuthorized: 403,
  CannotSign: 403,
  AccountUnavailable: 403,
  OutputImmutable: 409,
  OutputLeased: 409,
  OutputArchived: 409,
  ContentNotDecoded: 422,
  StoreBusy: 503,
  BatchBusy: 503,
  ContainerBeingDeleted: 409,
  JobNotFound: 404,
  NodeFileNotFound: 404,
  NodeFilesGone: 404,
  NodeUnavailable: 409,
  TaskNotFound: 404,
  TaskNotStarted: 404,
  StoreUnreachable: 502,
  CertificateNotTrusted: 502,
};

/** An error in the form that the page gets, and the status of the answer; never a stack or a credential. */
export interface FailedAnswer {
  readonly status: number;
  readonly failure: ViewerFailure;
}

/**
 * Describes any thrown value. The details of unexpected errors are written to the server's log, and not sent to the
 * page.
 */
export function describeFailure(error: unknown): FailedAnswer {
  if (error instanceof ViewerError) return { status: error.status, failure: error.failure };
  if (isBatchOutputsError(error)) {
    const { code, reason, hint } = error;
    return { status: statuses[code] ?? 502, failure: { code, reason, ...(hint && { hint }) } };
  }
  if (isArgumentError(error)) {
    const { argument, problem } = error;
    return {
      status: 400,
      failure: { code: "BadRequest", reason: `${argument} ${problem}.`, argument, problem },
    };
  }
  const refused = describeRestError(error);
  if (refused) return refused;
  redactError(error);
  logger.error(error);
  return {
    status: 500,
    failure: {
      code: "Unexpected",
      reason: "The viewer's server failed unexpectedly.",
      hint: { action: "read-server-log" },
    },
  };
}

/**
 * Describes an error of the service that has no code of this package. Its message is omitted, because it may contain
 * the request.
 */
function describeRestError(error: unknown): FailedAnswer | undefined {
  if (!isRestErrorLike(error)) return undefined;
  const { statusCode, code: ownCode, response } = error;
  // The answer to a HEAD has no body: its code is in a header.
  const code = ownCode ?? response?.headers.get("x-ms-error-code");
  const name = typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "StoreRefused";
  const status = typeof statusCode === "number" ? ` with status ${statusCode}` : "";
  return {
    status: statusCode === 404 ? 404 : 502,
    failure: { code: name, reason: `The storage account refused the request${status} (${name}).` },
  };
}

/** The answer to a failed request. */
export function createFailureResponse(error: unknown): Response {
  const { status, failure } = describeFailure(error);
  return Response.json({ failed: failure }, { status });
}
