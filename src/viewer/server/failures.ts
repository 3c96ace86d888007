import { createClientLogger } from "@azure/logger";
import { type BatchOutputsErrorCode, isArgumentError, isBatchOutputsError } from "../../core/index.js";
import type { ViewerFailure } from "../protocol.js";
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
  ContainerBeingDeleted: 409,
  JobNotFound: 404,
  NodeFileNotFound: 404,
  NodeFilesGone: 404,
  NodeUnavailable: 409,
  TaskNotFound: 404,
  TaskNotStarted: 404,
  StoreUnreachable: 502,
};

/** What the page is told of a failure, and with which status: never a stack, never a credential. */
export interface ToldFailure {
  readonly status: number;
  readonly failure: ViewerFailure;
}

/** What to tell of anything that was thrown. What is a defect of ours goes to the log; the page learns only that. */
export function toldFailure(error: unknown): ToldFailure {
  if (error instanceof ViewerError) return { status: error.status, failure: error.failure };
  if (isBatchOutputsError(error)) {
    return {
      status: statuses[error.code] ?? 502,
      failure: { code: error.code, message: error.message },
    };
  }
  if (isArgumentError(error))
    return { status: 400, failure: { code: "BadRequest", message: `${error.message}.` } };
  const refused = refusalOf(error);
  if (refused) return refused;
  logger.error(error);
  return {
    status: 500,
    failure: {
      code: "Unexpected",
      message:
        "The viewer failed at something that it did not expect. AZURE_LOG_LEVEL=error makes its server say what it was.",
    },
  };
}

/** A refusal of the service that this package has nothing to add to; its own words may quote a request. */
function refusalOf(error: unknown): ToldFailure | undefined {
  if (!(error instanceof Error && error.name === "RestError")) return undefined;
  const { statusCode, code: ownCode, response } = error as Refusal;
  // Answers to HEAD have no body to read a code from.
  const code = ownCode ?? response?.headers.get("x-ms-error-code");
  const name = typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "StoreRefused";
  const status = typeof statusCode === "number" ? ` with status ${statusCode}` : "";
  return {
    status: statusCode === 404 ? 404 : 502,
    failure: { code: name, message: `The storage account refused the request${status} (${name}).` },
  };
}

/** An SDK's `RestError`, by its shape: this floor makes no requests itself. */
interface Refusal extends Error {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly response?: { readonly headers: { get(name: string): string | undefined } };
}

/** The answer to a request that failed. */
export function failureResponse(error: unknown): Response {
  const { status, failure } = toldFailure(error);
  return Response.json({ failed: failure }, { status });
}
