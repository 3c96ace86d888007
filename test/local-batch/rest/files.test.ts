import { expect, it } from "vitest";

import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { runTask } from "./pool-and-job.js";

const files = "/jobs/film/tasks/task/files";
const commandLine = `/bin/sh -c "mkdir -p 'a b/c' && printf 0123456789 > 'a b/c/100% é.bin' && ln -s /etc/passwd out && ln -s .. up && printf x > z"`;

it("lists a task's files and folders, one level or all, in pages", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine });
  const names = async (query: Record<string, string>): Promise<unknown> =>
    (await sendBatchRequest(service, "GET", files, { query })).body.value?.map(({ name }) => name);
  expect(await names({ $filter: "startswith(name, 'wd') or name eq 'stdout.txt'" })).toEqual([
    "stdout.txt",
    "wd",
  ]);
  const all = ["wd", "wd/a b", "wd/a b/c", "wd/a b/c/100% é.bin", "wd/z"];
  const query = { recursive: "true", $filter: "startswith(name, 'wd')" };
  // A link that leads out of the task's folder is not shown, one that leads back into it is not entered.
  expect(await names(query)).toEqual([...all.slice(0, 4), "wd/up", "wd/z"]);
  const seen: unknown[] = [];
  let next: Record<string, string> | undefined = { ...query, maxresults: "1" };
  while (next) {
    const page = await sendBatchRequest(service, "GET", files, { query: next });
    seen.push(...(page.body.value ?? []).map(({ name }) => name));
    const link = page.body["odata.nextLink"];
    next = typeof link === "string" ? Object.fromEntries(new URL(link).searchParams) : undefined;
  }
  expect(seen).toEqual([...all.slice(0, 4), "wd/up", "wd/z"]);
});

it("returns a file, a range of it and its properties, for any file name", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine });
  const path = `${files}/wd/${encodeURIComponent("a b/c/100% é.bin")}`;
  const got = await sendBatchRequest(service, "GET", path);
  expect([got.status, got.text]).toEqual([200, "0123456789"]);
  expect(Object.fromEntries(got.headers)).toMatchObject({
    "content-length": "10",
    "content-type": "application/octet-stream",
    "ocp-batch-file-isdirectory": "False",
    "ocp-batch-file-mode": expect.stringMatching(/^0o100\d{3}$/) as string,
  });
  const url = decodeURIComponent(got.headers.get("ocp-batch-file-url") ?? "");
  expect(await sendBatchRequest(service, "GET", new URL(url).pathname)).toMatchObject({ text: "0123456789" });
  const range = async (value: string): Promise<[number, string]> => {
    const { status, text } = await sendBatchRequest(service, "GET", path, {
      headers: { "ocp-range": value },
    });
    return [status, text];
  };
  expect(await range("bytes=2-4")).toEqual([200, "234"]);
  expect(await range("bytes=8-")).toEqual([200, "89"]);
  expect(await range("bytes=8-100")).toEqual([200, "89"]);
  expect((await range("bytes=10-"))[0]).toBe(416);
  expect((await range("lines=1-2"))[0]).toBe(400);
  const head = await sendBatchRequest(service, "HEAD", path);
  expect([head.status, head.headers.get("content-length"), head.text]).toEqual([200, "10", ""]);
  const since = head.headers.get("last-modified") ?? "";
  expect(
    (await sendBatchRequest(service, "GET", path, { headers: { "if-modified-since": since } })).status,
  ).toBe(304);
  const before = { "if-unmodified-since": "Thu, 01 Jan 2015 00:00:00 GMT" };
  expect((await sendBatchRequest(service, "GET", path, { headers: before })).status).toBe(412);
  const folder = await sendBatchRequest(service, "HEAD", `${files}/wd`);
  expect(folder.headers.get("ocp-batch-file-isdirectory")).toBe("True");
  const empty = await sendBatchRequest(service, "GET", `${files}/stderr.txt`);
  expect([empty.status, empty.text]).toEqual([200, ""]);
});

it("returns nothing from outside of the task's folder", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine });
  for (const path of [
    "wd/out",
    "%2e%2e%2fother",
    "wd%2f..%2f..%2fother",
    "%2fetc%2fpasswd",
    "none",
    "wd/z/more",
  ]) {
    const { status, body } = await sendBatchRequest(service, "GET", `${files}/${path}`);
    expect([path, status, body.code]).toEqual([path, 404, "FileNotFound"]);
  }
});

it("deletes a file, and a folder with its content if that is requested", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine });
  const remove = async (path: string, query: Record<string, string> = {}): Promise<number> =>
    (await sendBatchRequest(service, "DELETE", `${files}/${path}`, { query })).status;
  expect(await remove("wd/z")).toBe(200);
  expect(await remove("wd/z")).toBe(404);
  expect(await remove("wd/a%20b")).toBe(409);
  expect(await remove("wd/a%20b", { recursive: "true" })).toBe(200);
  expect(await remove("wd/up")).toBe(200);
  const { body } = await sendBatchRequest(service, "GET", files, {
    query: { recursive: "true", $filter: "startswith(name, 'wd')" },
  });
  expect(body.value).toMatchObject([{ name: "wd" }]);
});

it("returns a node's files, and reports that files are gone with their node", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine: "/bin/sh -c 'printf x > z'" });
  const task = await sendBatchRequest(service, "GET", "/jobs/film/tasks/task");
  const { nodeId, taskRootDirectory, taskRootDirectoryUrl } = task.body["nodeInfo"] as Record<string, string>;
  expect(taskRootDirectory).toBe("workitems/film/job-1/task");
  const { pathname } = new URL(taskRootDirectoryUrl ?? "");
  expect((await sendBatchRequest(service, "GET", `${pathname}/wd/z`)).text).toBe("x");
  await service.preemptNode("pool", nodeId ?? "");
  const gone = await sendBatchRequest(service, "GET", files);
  expect(gone).toMatchObject({ status: 409, body: { code: "TaskFilesUnavailable" } });
});
