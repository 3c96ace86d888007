import type { RestErrorLike } from "../../../core/index.js";

/**
 * Returns the service's own error code (`BlobNotFound`, …), also of an answer without a body, or the code of the error
 * for a request without an answer.
 */
export function readServiceErrorCode(error: RestErrorLike): string | undefined {
  return error.response?.headers.get("x-ms-error-code") ?? error.code ?? getCodeOfStatus(error);
}

/**
 * Returns the code for an answer that has neither a body nor `x-ms-error-code`, such as the answer of service version
 * 2015-12-11 to a HEAD request. Only status 404 has a single meaning. Must be called before `redactError`, which
 * removes the parameters of the URL.
 */
function getCodeOfStatus({ statusCode, request, response }: RestErrorLike): string | undefined {
  if (statusCode !== 404 || response?.headers.get("x-ms-request-id") === undefined) return undefined;
  const url = request?.url ?? "";
  const isContainer = URL.canParse(url) && new URL(url).searchParams.get("restype") === "container";
  return isContainer ? "ContainerNotFound" : "BlobNotFound";
}
