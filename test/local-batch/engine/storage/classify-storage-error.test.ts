import { expect, it } from "vitest";

import { classifyStorageError } from "../../../../src/local-batch/engine/storage/classify-storage-error.js";

it.each([
  ["no container", { statusCode: 404, code: "ContainerNotFound" }],
  ["no blob", { statusCode: 404, code: "BlobNotFound" }],
  ["no blob", { statusCode: 404 }],
  ["access denied", { statusCode: 403, code: "AuthenticationFailed" }],
  ["access denied", { statusCode: 401 }],
  ["timed out", { statusCode: 500, code: "OperationTimedOut" }],
  ["timed out", { code: "ETIMEDOUT" }],
  ["timed out", new TypeError("fetch failed", { cause: { code: "UND_ERR_CONNECT_TIMEOUT" } })],
  ["other", { code: "ECONNREFUSED" }],
  ["other", { statusCode: 500 }],
  ["other", undefined],
])("recognizes %s", (refusal, error) => {
  expect(classifyStorageError(error)).toBe(refusal);
});
