import { join } from "node:path";
import type { TracingContext } from "@azure/core-tracing";
import { beforeEach, describe, expect, it, test } from "vitest";

import { TaskOutputStorage } from "../../src/outputs/index.js";
import { captureError } from "../support/capture-error.js";
import { collectAll, prepareJob } from "../support/output-fixture.js";
import { createTracingContext, recordSpans, type RecordedSpan } from "../support/recorded-spans.js";
import { startRawStore } from "../support/raw-store.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const spans: RecordedSpan[] = [];
recordSpans(spans);
beforeEach(() => {
  spans.length = 0;
});

/** The caller's own span, which ours have to stand under. */
function under(name: string): { tracingOptions: { tracingContext: TracingContext } } {
  return { tracingOptions: { tracingContext: createTracingContext(name) } };
}

function ours(): RecordedSpan[] {
  return spans.filter(({ packageName }) => packageName === "azure-batch-outputs");
}

test("every method that makes requests has a span of its own, under the caller's, with the SDK's below it", async () => {
  const { client, jobId } = await prepareJob();
  const job = client.getJobOutputStorage(jobId);
  const task = client.getTaskOutputStorage(jobId, "t1");
  await task.saveText("TaskOutput", "hello", "a.txt");
  const output = task.getOutput("TaskOutput", "a.txt");
  const folder = createTemporaryFolder();
  const calls: Record<string, () => Promise<unknown>> = {
    "BatchOutputsClient.prepareOutputStorage": () => client.prepareOutputStorage(jobId, under("caller")),
    "BatchOutputsClient.getOutputStorageContainerUrl": () =>
      client.getOutputStorageContainerUrl(jobId, under("caller")),
    "BatchOutputsClient.listJobs": () => client.listJobs(under("caller")).next(),
    "TaskOutputStorage.save": () =>
      task.save("TaskOutput", import.meta.filename, { destinationPath: "b.ts", ...under("caller") }),
    "TaskOutputStorage.saveText": () => task.saveText("TaskOutput", "x", "c.txt", under("caller")),
    "TaskOutputStorage.saveData": () =>
      task.saveData("TaskOutput", Buffer.from("x"), "d.txt", under("caller")),
    "TaskOutputStorage.saveMany": () =>
      task.saveMany("TaskOutput", "tracing.test.ts", { cwd: import.meta.dirname, ...under("caller") }),
    "TaskOutputStorage.listOutputs": () => collectAll(task.listOutputs("TaskOutput", under("caller"))),
    "TaskOutputStorage.downloadOutputs": () => task.downloadOutputs(folder, under("caller")),
    "JobOutputStorage.saveData": () => job.saveData("JobOutput", Buffer.from("x"), "d.txt", under("caller")),
    "JobOutputStorage.listOutputs": () => collectAll(job.listOutputs("JobOutput", under("caller"))),
    "JobOutputStorage.listAllOutputs": () => collectAll(job.listAllOutputs(under("caller"))),
    "JobOutputStorage.listTasks": () => collectAll(job.listTasks(under("caller"))),
    "OutputFileReference.downloadToFile": () => output.downloadToFile(join(folder, "x"), under("caller")),
    "OutputFileReference.downloadToBuffer": () => output.downloadToBuffer(under("caller")),
    "OutputFileReference.openRead": async () => (await output.openRead(under("caller"))).destroy(),
    "OutputFileReference.getProperties": () => output.getProperties(under("caller")),
    "OutputFileReference.exists": () => output.exists(under("caller")),
    "OutputFileReference.delete": () => output.delete(under("caller")),
    "BatchOutputsClient.deleteOutputStorage": () => client.deleteOutputStorage(jobId, under("caller")),
  };
  for (const [name, call] of Object.entries(calls)) {
    spans.length = 0;
    await call();
    const own = ours().filter(({ parent }) => parent === "caller");
    expect(own.map((span) => span.name)).toEqual([name]);
    expect(own[0]).toMatchObject({ isEnded: true, status: { status: "success" } });
    if (name === "BatchOutputsClient.getOutputStorageContainerUrl") continue;
    const below = spans.filter(({ packageName }) => packageName !== "azure-batch-outputs");
    expect(below.length).toBeGreaterThan(0);
    const names = new Set(spans.map((span) => span.name));
    for (const span of spans) if (span !== own[0]) expect(names).toContain(span.parent);
  }
});

test("each page of a listing is a span", async () => {
  const { client, jobId } = await prepareJob();
  const task = client.getTaskOutputStorage(jobId, "t1");
  for (const name of ["a", "b", "c"]) await task.saveText("TaskOutput", "x", name);
  spans.length = 0;
  await collectAll(task.listOutputs("TaskOutput").byPage({ maxPageSize: 2 }));
  expect(ours().map(({ name }) => name)).toEqual([
    "TaskOutputStorage.listOutputs",
    "TaskOutputStorage.listOutputs",
  ]);
});

test("a failure is recorded as it is thrown, and no span contains a SAS", async () => {
  const { client, jobId } = await prepareJob();
  const url = await client.getOutputStorageContainerUrl(jobId);
  const output = new TaskOutputStorage(url, "t1").getOutput("TaskOutput", "missing");
  spans.length = 0;
  const error = await captureError(output.getProperties(under("caller")));
  const [own] = ours();
  expect(own).toMatchObject({ name: "OutputFileReference.getProperties", isEnded: true });
  expect(own?.status).toEqual({ status: "error", error });
  const signature = new URL(url).searchParams.get("sig") ?? "";
  const serialized = JSON.stringify(spans);
  expect(serialized).not.toContain(signature);
  expect(serialized).not.toContain(encodeURIComponent(signature));
});

describe.each([
  ["directly", {}],
  ["by the SDK", { keepAliveOptions: { enable: false } }],
])("A SAS in an answer to a request that is sent %s", (_, options) => {
  const signature = "c2VjcmV0+c2VjcmV0";

  it.each([
    [403, "application/xml", (url: string) => `<Error><Code>X</Code><Message>No: ${url}</Message></Error>`],
    [500, "text/html", (url: string) => `<p>No answer for ${url}</p>`],
    [200, "application/xml", (url: string) => `<x>${url}`],
  ])("is in no span: %i, %s", async (status, type, formatBody) => {
    const { origin } = await startRawStore(({ head }) => {
      const [, target = ""] = head.split(" ");
      const body = formatBody(target.replaceAll("&", "&amp;"));
      const headers = `content-type: ${type}\r\nx-ms-version: 1\r\ncontent-length: ${body.length}`;
      return { pieces: [`HTTP/1.1 ${status} X\r\n${headers}\r\n\r\n${head.startsWith("HEAD") ? "" : body}`] };
    });
    const url = `${origin}/account/c?sv=1&sig=${encodeURIComponent(signature)}`;
    const task = new TaskOutputStorage(url, "t1", { retryOptions: { maxTries: 1 }, ...options });
    spans.length = 0;
    await captureError(collectAll(task.listOutputs()));
    await captureError(task.saveText("TaskOutput", "x", "a"));
    if (status !== 200) await captureError(task.getOutput("TaskOutput", "a").openRead());
    const failures = spans.filter(({ packageName }) => packageName !== "azure-batch-outputs");
    expect(failures.map(({ failure }) => failure)).toContainEqual(expect.stringContaining("sig=REDACTED"));
    expect(JSON.stringify(spans)).not.toContain("c2VjcmV0");
  });
});

test("a wrong argument creates no span", async () => {
  const { client, jobId } = await prepareJob();
  spans.length = 0;
  const task = client.getTaskOutputStorage(jobId, "t1");
  await captureError(task.saveText("TaskOutput", "x", "../x"));
  await captureError(task.getOutput("TaskOutput", "a").openRead({ offset: -1 }));
  expect(spans).toEqual([]);
});
