import { expect, it } from "vitest";

import type { LocalBatch } from "../../../src/local-batch/index.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { addIdleJob } from "./pool-and-job.js";

async function addTasks(service: LocalBatch, count: number): Promise<void> {
  const value = Array.from({ length: count }, (_, index) => ({
    id: `task-${String(index).padStart(2, "0")}`,
    commandLine: index % 2 === 0 ? "/bin/true" : "/bin/sh -c 'it''s odd'",
    requiredSlots: (index % 3) + 1,
  }));
  await sendBatchRequest(service, "POST", "/jobs/film/addtaskcollection", { body: { value } });
}

async function getIds(service: LocalBatch, query: Record<string, string>): Promise<unknown> {
  const { status, body } = await sendBatchRequest(service, "GET", "/jobs/film/tasks", { query });
  return status === 200 ? body.value?.map(({ id }) => id) : body.code;
}

it("returns pages with links that keep filter and selection; no item appears twice while tasks are deleted", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  await addTasks(service, 7);
  const seen: unknown[] = [];
  let query: Record<string, string> = { maxresults: "2", $select: "id", $filter: "requiredSlots lt 3" };
  for (let page = 0; page < 5; page++) {
    const { body } = await sendBatchRequest(service, "GET", "/jobs/film/tasks", { query });
    seen.push(body.value);
    const next = body["odata.nextLink"];
    if (typeof next !== "string") break;
    const link = new URL(next);
    expect(next.startsWith(`${service.endpoint}/jobs/film/tasks?`)).toBe(true);
    query = Object.fromEntries(link.searchParams);
    if (page === 0) await sendBatchRequest(service, "DELETE", "/jobs/film/tasks/task-01");
  }
  expect(seen).toEqual([
    [{ id: "task-00" }, { id: "task-01" }],
    [{ id: "task-03" }, { id: "task-04" }],
    [{ id: "task-06" }],
  ]);
});

it("filters by comparison, prefix, and, or, not, parentheses, times and nested properties", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  await addTasks(service, 4);
  const [zero, one, two, three] = ["task-00", "task-01", "task-02", "task-03"];
  const cases: readonly (readonly [string, unknown])[] = [
    ["id eq 'TASK-01'", [one]],
    ["id ne 'task-01' and requiredSlots ge 2", [two]],
    ["requiredSlots eq 1 or requiredSlots eq 3", [zero, two, three]],
    ["not (requiredSlots gt 1)", [zero, three]],
    ["startswith(commandLine,'/bin/sh')", [one, three]],
    ["startswith(id, 'task-0') eq false", []],
    ["commandLine eq '/bin/sh -c ''it''''s odd'''", [one, three]],
    ["state eq 'Active' and creationTime gt datetime'2020-01-01T00:00:00Z'", [zero, one, two, three]],
    ["creationTime lt DateTime'2020-01-01'", []],
    ["executionInfo/retryCount le 0", [zero, one, two, three]],
    ["executionInfo/exitCode eq 0", []],
    ["executionInfo/exitCode eq null", [zero, one, two, three]],
    ["requiredSlots eq 'one'", []],
    ["nothing eq 1", "InvalidQueryParameterValue"],
    ["id eq", "InvalidQueryParameterValue"],
    ["id like 'x'", "InvalidQueryParameterValue"],
    ["id eq 'x' id eq 'y'", "InvalidQueryParameterValue"],
    ["(id eq 'x'", "InvalidQueryParameterValue"],
    ["id eq 'x", "InvalidQueryParameterValue"],
    ["creationTime gt datetime'tomorrow'", "InvalidQueryParameterValue"],
    [`${"(".repeat(200)}id eq 'x'${")".repeat(200)}`, "InvalidQueryParameterValue"],
  ];
  for (const [$filter, expected] of cases)
    expect([$filter, await getIds(service, { $filter })]).toEqual([$filter, expected]);
});

it("selects nested properties, tolerates $expand=stats, and keeps maxresults within 1 and 1000", async () => {
  const service = await startTestBatch();
  await addIdleJob(service);
  await addTasks(service, 1);
  const { body } = await sendBatchRequest(service, "GET", "/jobs/film/tasks/task-00", {
    query: { $select: "id,constraints/maxTaskRetryCount,executionInfo,nothing", $expand: "stats" },
  });
  expect(body).toEqual({
    "odata.metadata": `${service.endpoint}/$metadata#tasks/@Element`,
    id: "task-00",
    constraints: { maxTaskRetryCount: 0 },
    executionInfo: { retryCount: 0, requeueCount: 0 },
  });
  for (const maxresults of ["0", "1001", "some", "1e2", "0x10", " 5"])
    expect(await getIds(service, { maxresults })).toBe("InvalidQueryParameterValue");
  expect(await getIds(service, { $skiptoken: "!" })).toBe("InvalidQueryParameterValue");
});
