import { expect, it } from "vitest";

import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { addIdleJob, poolBody } from "./pool-and-job.js";

it("requires a known api-version", async () => {
  const service = await startTestBatch();
  const none = await sendBatchRequest(service, "GET", "/pools", { apiVersion: "" });
  expect(none).toMatchObject({ status: 400, body: { code: "MissingRequiredQueryParameter" } });
  const unknown = await sendBatchRequest(service, "GET", "/pools", { apiVersion: "2015-11-01.2.1" });
  expect(unknown).toMatchObject({ status: 400, body: { code: "UnsupportedRequestVersion" } });
  for (const apiVersion of [
    "2015-12-01.2.2",
    "2016-02-01.3.0",
    "2020-03-01.11.0",
    "2022-10-01.16.0",
    "2025-06-01",
  ])
    expect((await sendBatchRequest(service, "GET", "/pools", { apiVersion })).status).toBe(200);
});

it("responds with the service's headers, and with the client's request id on request", async () => {
  const service = await startTestBatch();
  const added = await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 0) });
  const url = `${service.endpoint}/pools/pool`;
  expect(added.status).toBe(201);
  expect(added.text).toBe("");
  expect(Object.fromEntries(added.headers)).toMatchObject({
    dataserviceid: url,
    location: url,
    dataserviceversion: "3.0",
    etag: expect.stringMatching(/^0x8D/i) as string,
    "last-modified": expect.stringMatching(/ GMT$/) as string,
    "request-id": expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  });
  expect(added.headers.has("client-request-id")).toBe(false);
  const headers = { "client-request-id": "mine", "return-client-request-id": "true" };
  const got = await sendBatchRequest(service, "GET", "/pools/pool", { headers });
  expect(got.headers.get("client-request-id")).toBe("mine");
  expect(got.headers.get("content-type")).toBe("application/json; odata=minimalmetadata");
  expect(got.body).toMatchObject({
    "odata.metadata": `${service.endpoint}/$metadata#pools/@Element`,
    id: "pool",
    url,
    eTag: got.headers.get("etag"),
    state: "active",
    allocationState: "steady",
    taskSlotsPerNode: 1,
  });
});

it("reports missing and existing objects, and operations that are not implemented", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body: { id: "task", commandLine: "true" } });
  const code = async (method: string, path: string, body?: unknown): Promise<[number, unknown]> => {
    const { status, body: answer } = await sendBatchRequest(
      service,
      method,
      path,
      body === undefined ? {} : { body },
    );
    return [status, answer.code];
  };
  expect(await code("GET", "/pools/none")).toEqual([404, "PoolNotFound"]);
  expect(await code("GET", "/pools/empty/nodes/none")).toEqual([404, "NodeNotFound"]);
  expect(await code("GET", "/jobs/none")).toEqual([404, "JobNotFound"]);
  expect(await code("GET", "/jobs/none/tasks/task")).toEqual([404, "JobNotFound"]);
  expect(await code("GET", "/jobs/film/tasks/none")).toEqual([404, "TaskNotFound"]);
  expect(await code("GET", "/jobs/film/tasks/task/files/stdout.txt")).toEqual([409, "TaskFilesUnavailable"]);
  expect(await code("POST", "/pools", poolBody("EMPTY", 0))).toEqual([409, "PoolExists"]);
  expect(await code("POST", "/jobs", { id: "Film", poolInfo: { poolId: "empty" } })).toEqual([
    409,
    "JobExists",
  ]);
  expect(await code("POST", "/jobs/film/tasks", { id: "task", commandLine: "true" })).toEqual([
    409,
    "TaskExists",
  ]);
  expect(await code("GET", "/certificates")).toEqual([400, "InvalidUri"]);
  expect((await sendBatchRequest(service, "HEAD", "/pools/none")).status).toBe(404);
  expect((await sendBatchRequest(service, "HEAD", "/pools/empty")).status).toBe(200);
  const error = await sendBatchRequest(service, "GET", "/pools/none");
  expect(error.body).toMatchObject({
    "odata.metadata": `${service.endpoint}/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element`,
    message: { lang: "en-US", value: expect.stringContaining("RequestId:") as string },
  });
});

it("evaluates the conditional headers of a request", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  const job = "/jobs/film";
  const { headers } = await sendBatchRequest(service, "GET", job);
  const eTag = headers.get("etag") ?? "";
  const since = headers.get("last-modified") ?? "";
  const status = async (method: string, conditions: Record<string, string>): Promise<number> =>
    (
      await sendBatchRequest(service, method, job, {
        headers: conditions,
        ...(method === "PATCH" && { body: { priority: 5 } }),
      })
    ).status;
  expect(await status("GET", { "if-none-match": eTag })).toBe(304);
  expect(await status("GET", { "if-none-match": '"0x1"' })).toBe(200);
  expect(await status("GET", { "if-modified-since": since })).toBe(304);
  expect(await status("GET", { "if-match": `"${eTag}"` })).toBe(200);
  expect(await status("GET", { "if-modified-since": "no date" })).toBe(400);
  expect(await status("PATCH", { "if-match": "0x1" })).toBe(412);
  expect(await status("PATCH", { "if-unmodified-since": "Thu, 01 Jan 2015 00:00:00 GMT" })).toBe(412);
  expect(await status("PATCH", { "if-none-match": "*" })).toBe(412);
  expect(await status("PATCH", { "if-match": eTag })).toBe(200);
  expect(await status("PATCH", { "if-match": eTag })).toBe(412);
  expect((await sendBatchRequest(service, "GET", job)).body["priority"]).toBe(5);
});

it("lists images and node counts by state in the shape of each API generation", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 0) });
  const images = await sendBatchRequest(service, "GET", "/supportedimages", {
    query: { $filter: "imageReference/publisher eq 'canonical'" },
  });
  expect(images.body.value).toHaveLength(7);
  const before = await sendBatchRequest(service, "GET", "/nodecounts", { apiVersion: "2022-10-01.16.0" });
  const after = await sendBatchRequest(service, "GET", "/nodecounts", { apiVersion: "2025-06-01" });
  expect(before.body.value).toMatchObject([{ poolId: "pool", dedicated: { idle: 0, total: 0 } }]);
  expect(before.body.value?.[0]?.["dedicated"]).not.toHaveProperty("deallocated");
  expect(after.body.value?.[0]?.["dedicated"]).toHaveProperty("deallocated", 0);
});
