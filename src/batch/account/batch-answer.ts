import { type PipelineResponse, RestError } from "@azure/core-rest-pipeline";
import { BatchOutputsError, redactUrl } from "../../core/index.js";

/** Headers that the Batch service sends with every answer, the last one because each request asks for it. */
const batchHeaders = ["request-id", "dataserviceversion", "client-request-id"];

/** Statuses that state something about the service's content: success, and what does not exist or is in another state. */
function isStatement(status: number): boolean {
  return status < 400 || status === 404 || status === 409;
}

/**
 * Checks that an answer is from a Batch service, and not from something else on the way, such as the sign-in page of a
 * network. Nothing is concluded from such an answer.
 *
 * @throws BatchOutputsError `BatchUnreachable`.
 */
export function requireBatchAnswer(response: PipelineResponse, endpoint: string): void {
  const { headers, request, status } = response;
  if (!isStatement(status) || batchHeaders.some((name) => headers.has(name))) return;
  throw createForeignAnswerError(
    endpoint,
    new RestError("The answer has no header of the Batch service.", {
      statusCode: status,
      request,
      response: { request, status, headers, bodyAsText: response.bodyAsText ?? null },
    }),
  );
}

/** Creates the error for an answer of something else than a Batch service. */
export function createForeignAnswerError(endpoint: string, cause: unknown): BatchOutputsError {
  const reason = `the answer of ${redactUrl(endpoint)} is not one of a Batch service.`;
  return new BatchOutputsError("BatchUnreachable", reason, { hint: { action: "check-network" }, cause });
}
