import { Readable } from "node:stream";
import type { PipelinePolicy, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { loadSdk } from "./load-sdk.js";

/**
 * Fails if an answer reports success but is not from the store, such as the sign-in page of a network or the page of a
 * filtering proxy. The SDK would return it as the content of a blob, or fail with an internal error. Azure Storage
 * sends its request id with every answer ("Common Blob service response headers").
 */
export const storeAnswerPolicy: PipelinePolicy = {
  name: "azureBatchOutputsStoreAnswerPolicy",
  async sendRequest(request, next) {
    const response = await next(request);
    if (response.status >= 400 || isStoreAnswer(request, response)) return response;
    if (response.readableStreamBody instanceof Readable) response.readableStreamBody.destroy();
    const { RestError } = (await loadSdk()).pipeline;
    throw new RestError("The answer is not from Azure Storage.", {
      statusCode: response.status,
      request,
      response,
    });
  },
};

/**
 * Whether the answer is from the store. A proxy may remove unknown headers, but a web page without them is not a blob.
 */
function isStoreAnswer({ url }: PipelineRequest, { headers, status, bodyAsText }: PipelineResponse): boolean {
  if (headers.has("x-ms-request-id") || headers.has("x-ms-version")) return true;
  if (/^text\/html\b/i.test(headers.get("content-type") ?? "")) return false;
  const isListing = status === 200 && new URL(url).searchParams.get("comp") === "list";
  return !isListing || bodyAsText?.includes("<EnumerationResults") === true;
}
