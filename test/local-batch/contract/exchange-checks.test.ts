import { expect, it } from "vitest";

import { problemsOf } from "./exchange-checks.js";
import type { TappedExchange } from "./tap-exchanges.js";

const task = {
  "odata.metadata": "http://127.0.0.1:1/$metadata#tasks/@Element",
  id: "task",
  state: "active",
  outputFiles: [
    {
      filePattern: "*",
      destination: { container: { containerUrl: "https://account.blob.core.windows.net/c" } },
      uploadOptions: { uploadCondition: "TaskCompletion" },
    },
  ],
  executionInfo: { retryCount: 0, requeueCount: 0 },
};

function exchange(body: object, changes: Partial<TappedExchange> = {}): TappedExchange {
  return {
    method: "GET",
    url: "/jobs/film/tasks/task?api-version=2024-07-01.20.0",
    requestHeaders: {},
    requestBody: "",
    status: 200,
    responseHeaders: {
      "content-type": "application/json; odata=minimalmetadata",
      "request-id": "1",
      etag: "0x1",
      "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
      dataserviceid: "http://127.0.0.1:1/jobs/film/tasks/task",
    },
    responseBody: JSON.stringify(body),
    ...changes,
  };
}

it("accepts an exchange of the service", () => {
  expect(problemsOf(exchange(task))).toEqual([]);
});

it.each<[string, TappedExchange, string]>([
  [
    "a wrong type",
    exchange({ ...task, executionInfo: { retryCount: "0", requeueCount: 0 } }),
    "retryCount must be integer",
  ],
  [
    "a missing property",
    exchange({ ...task, executionInfo: { retryCount: 0 } }),
    "required property 'requeueCount'",
  ],
  ["an unknown property", exchange({ ...task, color: "red" }), "additional properties"],
  ["a word that is none of an enumeration", exchange({ ...task, state: "sleeping" }), "must match pattern"],
  ["a time that is none", exchange({ ...task, creationTime: "yesterday" }), 'must match format "date-time"'],
  ["a status that is not declared", exchange(task, { status: 206 }), "status 206 is not declared"],
  [
    "a missing header",
    exchange(task, { responseHeaders: { "content-type": "application/json" } }),
    "header ETag is missing",
  ],
  [
    "a number where a later version has text",
    exchange(
      {
        value: [
          {
            name: "x",
            isDirectory: false,
            properties: { lastModified: "2026-01-01T00:00:00Z", contentLength: 1 },
          },
        ],
      },
      { url: "/jobs/film/tasks/task/files?api-version=2025-06-01" },
    ),
    "contentLength must be string",
  ],
  [
    "a request that should have been refused",
    exchange(
      {},
      {
        method: "POST",
        url: "/jobs?api-version=2024-07-01.20.0",
        requestBody: '{"id":"film"}',
        status: 201,
        responseBody: "",
      },
    ),
    "request accepted although its request body must have required property 'poolInfo'",
  ],
  [
    "an address that is no operation",
    exchange(task, { url: "/jobs/film/chores?api-version=2024-07-01.20.0" }),
    "is no operation",
  ],
])("finds %s", (_, wrong, problem) => {
  expect(problemsOf(wrong).join("\n")).toContain(problem);
});
