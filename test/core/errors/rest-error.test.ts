import { createHttpHeaders, createPipelineRequest, isRestError, RestError } from "@azure/core-rest-pipeline";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, test } from "vitest";

import { isRestErrorLike } from "../../../src/core/errors/rest-error.js";
import { redactError } from "../../../src/core/index.js";
import { captureError } from "../../support/capture-error.js";

const secret = "c2VjcmV0";

test.each([
  new RestError("x"),
  new RestError("x", { statusCode: 404, code: "BlobNotFound" }),
  new Error("RestError"),
  Object.assign(new Error("x"), { statusCode: 404 }),
  { name: "RestError" },
  undefined,
])("recognizes %s exactly as the SDK does", (error) => {
  expect(isRestErrorLike(error)).toBe(isRestError(error));
});

test("recognizes an error of the storage SDK, and redacts its request", async () => {
  // Nothing listens on port 1.
  const client = new BlobServiceClient(`http://127.0.0.1:1/account?sv=1&sig=${secret}`, undefined, {
    retryOptions: { maxTries: 1 },
  });
  const error = await captureError(client.getProperties());
  expect(isRestErrorLike(error)).toBe(true);
  if (!isRestErrorLike(error)) return;
  expect(error.request?.url).toContain(secret);
  redactError(error);
  expect(error.request?.url).not.toContain(secret);
});

test("redacts the headers, the response and the details of a RestError", () => {
  const request = createPipelineRequest({
    url: `https://a.blob.core.windows.net/c?sig=${secret}`,
    headers: createHttpHeaders({
      authorization: `SharedKey a:${secret}`,
      "x-ms-copy-source": `https://b.blob.core.windows.net/c?sig=${secret}`,
      "x-ms-version": "2025-01-05",
    }),
  });
  const bodyAsText = `<Error>?sig=${secret}</Error>`;
  const response = {
    request,
    status: 403,
    headers: createHttpHeaders({ "x-ms-request-id": "1" }),
    bodyAsText,
  };
  const error = new RestError(`failed: ?sig=${secret}`, { request, response, statusCode: 403 });
  error.details = { authenticationErrorDetail: `?sig=${secret}`, number: 1 };
  redactError(error);
  expect(request.headers.toJSON()).toEqual({ "x-ms-version": "2025-01-05" });
  for (const text of [
    error.message,
    error.stack,
    request.url,
    response.bodyAsText,
    JSON.stringify(error.details),
  ])
    expect(text).not.toContain(secret);
  expect(error.details).toMatchObject({ number: 1 });
});
