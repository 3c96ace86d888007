import type { IncomingMessage, ServerResponse } from "node:http";
import { onTestFinished, expect, test } from "vitest";

import { BatchAccountClient } from "../../../src/batch/index.js";
import type { NodeFileItem, TaskStateItem } from "../../../src/viewer/protocol/index.js";
import {
  answer,
  credential,
  refuse,
  scriptedService,
  type Script,
  type ScriptedService,
} from "../../batch/account/scripted-service.js";
import {
  readFailureCode,
  readItems,
  readMessages,
  type ViewerFixture,
  setUpViewer,
} from "./support/viewer-fixture.js";

async function withBatch(script: Script): Promise<ViewerFixture & { service: ScriptedService }> {
  const service = await scriptedService(script);
  onTestFinished(() => service[Symbol.asyncDispose]());
  const batch = new BatchAccountClient(service.endpoint, credential, { retryOptions: { maxRetries: 0 } });
  return { ...(await setUpViewer({ batch })), service };
}

/** A file of ten bytes on a node, as the service answers for it. */
function nodeFile(request: IncomingMessage, response: ServerResponse): void {
  const content = "0123456789";
  const [, first = "0", last = ""] =
    /bytes=(\d+)-(\d*)/.exec(String(request.headers["ocp-range"] ?? "")) ?? [];
  const part = content.slice(Number(first), last === "" ? undefined : Number(last) + 1);
  response.writeHead(request.headers["ocp-range"] === undefined ? 200 : 206, {
    "content-length": String(part.length),
    "content-type": "text/html",
    "last-modified": "Sun, 22 Nov 2026 15:00:00 GMT",
    "ocp-creation-time": "Sun, 22 Nov 2026 14:00:00 GMT",
    "ocp-batch-file-isdirectory": "false",
  });
  response.end(request.method === "HEAD" ? undefined : part);
}

test("states and exit codes of a job's tasks are streamed page by page", async () => {
  const tasks = [
    {
      id: "t1",
      url: "u",
      state: "completed",
      executionInfo: {
        exitCode: 0,
        result: "Success",
        retryCount: 1,
        requeueCount: 0,
        startTime: "2026-11-22T15:00:00Z",
      },
    },
    {
      id: "t2",
      url: "u",
      state: "completed",
      executionInfo: {
        exitCode: 3,
        result: "failure",
        failureInfo: {
          category: "usererror",
          code: "FailureExitCode",
          message: "The task exited with an exit code representing a failure",
        },
      },
      nodeInfo: { nodeId: "tvm-1" },
    },
  ];
  const fixture = await withBatch((request, response) => {
    const isSecond = (request.url ?? "").includes("skiptoken");
    const next = `http://${request.headers.host ?? ""}${request.url ?? ""}&$skiptoken=2`;
    answer(
      response,
      200,
      isSecond
        ? { value: [{ id: "t3", url: "u", state: "running" }] }
        : { value: tasks, "odata.nextLink": next },
    );
  });
  expect(
    await readItems<TaskStateItem>(await fixture.ask(`api/jobs/${fixture.container}/task-states`)),
  ).toEqual([
    {
      taskId: "t1",
      state: "completed",
      result: "success",
      exitCode: 0,
      retryCount: 1,
      requeueCount: 0,
      startTime: "2026-11-22T15:00:00.000Z",
    },
    {
      taskId: "t2",
      state: "completed",
      result: "failure",
      exitCode: 3,
      failure: "FailureExitCode: The task exited with an exit code representing a failure",
      nodeId: "tvm-1",
    },
    { taskId: "t3", state: "running" },
  ]);
  expect(fixture.service.requests[0]).toContain(`/jobs/${fixture.jobId}/tasks`);
  expect(await (await fixture.ask("api/config")).json()).toMatchObject({ hasBatch: true });
});

test("the files of a task on its node are listed without its folders", async () => {
  const { ask, container } = await withBatch((_, response) => {
    answer(response, 200, {
      value: [
        { name: "wd", isDirectory: true },
        {
          name: "stdout.txt",
          isDirectory: false,
          properties: {
            contentLength: "12",
            lastModified: "2026-11-22T15:00:00Z",
            contentType: "text/plain",
          },
        },
        { name: "wd\\out.bin", isDirectory: false, properties: { contentLength: 3 } },
      ],
    });
  });
  expect(await readItems<NodeFileItem>(await ask(`api/jobs/${container}/tasks/t1/node-files`))).toEqual([
    { path: "stdout.txt", size: 12, lastModified: "2026-11-22T15:00:00Z", contentType: "text/plain" },
    { path: "wd\\out.bin", size: 3 },
  ]);
});

test("a file on a node is served by ranges, as an attachment of bytes", async () => {
  const { ask, container, service } = await withBatch(nodeFile);
  const whole = await ask(`node-content/${container}/t1/wd/report.html`);
  expect(whole.status).toBe(200);
  expect(whole.headers.get("content-type")).toBe("application/octet-stream");
  expect(whole.headers.get("content-disposition")).toContain('attachment; filename="report.html"');
  expect(whole.headers.get("content-security-policy")).toContain("sandbox");
  expect(await whole.text()).toBe("0123456789");
  const part = await ask(`node-content/${container}/t1/stdout.txt`, { headers: { range: "bytes=-4" } });
  expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([
    206,
    "bytes 6-9/10",
    "6789",
  ]);
  const after = await ask(`node-content/${container}/t1/stdout.txt`, { headers: { range: "bytes=10-" } });
  expect(await readFailureCode(after)).toBe("416 RangeNotSatisfiable");
  const head = await ask(`node-content/${container}/t1/stdout.txt`, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length")]).toEqual([200, "10"]);
  expect(service.requests.some((request) => request.includes("/files/wd/report.html"))).toBe(true);
});

test("a picture on a node has the content type of its name; the node's content type is ignored", async () => {
  const { ask, container } = await withBatch(nodeFile);
  const sent = async (path: string): Promise<(string | null)[]> => {
    const { headers } = await ask(`node-content/${container}/t1/wd/${path}`, { method: "HEAD" });
    return ["content-type", "content-disposition", "content-security-policy"].map((name) =>
      (headers.get(name) ?? "").split(";", 1).join(""),
    );
  };
  expect(await sent("frame.png")).toEqual(["image/png", "inline", "sandbox"]);
  expect(await sent("frame.png?download")).toEqual(["image/png", "attachment", "sandbox"]);
  expect(await sent("frame")).toEqual(["application/octet-stream", "attachment", "sandbox"]);
});

test("a removed node, deleted files and a job that Batch does not know have different errors", async () => {
  for (const [status, code, answer] of [
    [409, "NodeNotReady", "409 NodeUnavailable"],
    [404, "TaskFilesCleanedup", "404 NodeFilesGone"],
    [404, "JobNotFound", "404 JobNotFound"],
    [404, "TaskNotFound", "404 TaskNotFound"],
  ] as const) {
    const { ask, container } = await withBatch((_, response) => {
      refuse(response, status, code);
    });
    const [message] = await readMessages(await ask(`api/jobs/${container}/tasks/t1/node-files`));
    expect(message).toMatchObject({ failed: { code: answer.slice(4) } });
  }
  const { ask, container } = await withBatch((_, response) => {
    response.writeHead(409).end();
  });
  expect(await readFailureCode(await ask(`node-content/${container}/t1/stdout.txt`))).toBe(
    "404 NodeFilesGone",
  );
});

test("no path leaves a task's folder", async () => {
  const { ask, container, service } = await withBatch(nodeFile);
  for (const path of ["t1/..%5C..%5Cx", "t1/a/..%5Cx", "t1", "t1/", "t1/wd%2f..%2fx"])
    expect(await readFailureCode(await ask(`node-content/${container}/${path}`)), path).toMatch(
      /^404 NotFound/,
    );
  expect(await readFailureCode(await ask(`node-content/${container}/a%20b/x`))).toBe("400 BadRequest");
  expect(service.requests).toEqual([]);
});

test("without a Batch endpoint these URLs are not found", async () => {
  const { ask, container } = await setUpViewer();
  for (const path of [`api/jobs/${container}/tasks/t1/node-files`, `node-content/${container}/t1/x`])
    expect(await readFailureCode(await ask(path))).toBe("404 NotFound");
});

test("a file on a node is searched by ranges, and none outside the task's folder", async () => {
  const { ask, container, service } = await withBatch(nodeFile);
  const messages = await readMessages(
    await ask(`api/node-search/${container}/t1/wd/result.txt?q=456&from=0`),
  );
  expect(messages).toMatchObject([
    { item: { lineStart: 0, start: 4, end: 7 } },
    { progress: { searchedBytes: 10, totalBytes: 10 } },
    { end: true },
  ]);
  const asked = service.requests.length;
  expect(await readFailureCode(await ask(`api/node-search/${container}/t1/wd/..%5Csecret?q=4`))).toBe(
    "404 NotFound",
  );
  expect(service.requests).toHaveLength(asked);
});
