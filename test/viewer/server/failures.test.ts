import { getEventListeners } from "node:events";
import { expect, test } from "vitest";

import { explainFailures } from "../../../src/diagnosis/index.js";
import type {
  FailureSummary,
  TaskStateItem,
  TaskStatesProgress,
} from "../../../src/viewer/protocol/index.js";
import { readMessages, setUpViewer } from "./support/viewer-fixture.js";

const noBatch = (code: string) => ({
  listTasks: () => {
    throw Object.assign(new Error("no answer"), { name: "BatchOutputsError", code });
  },
});

test("failed tasks are grouped as the command line groups them", async () => {
  const fixture = await setUpViewer();
  for (const [taskId, log] of [
    ["t1", "read 17 rows\nKeyError: 'station 12'\n"],
    ["t2", "read 23 rows\nKeyError: 'station 13'\n"],
    ["t3", "OSError: [Errno 28] No space left on device: '/mnt/a'\n"],
  ] as const) {
    const storage = fixture.client.getTaskOutputStorage(fixture.jobId, taskId);
    await (await storage.recordRun({ nodeId: "node-1" })).end({ exitCode: 1 });
    await fixture.put(`${taskId}/$TaskLog/stderr.txt`, log);
  }
  const good = fixture.client.getTaskOutputStorage(fixture.jobId, "t4");
  await (await good.recordRun({ nodeId: "node-2" })).end({ exitCode: 0 });
  const answer = await fixture.ask(`api/jobs/${fixture.container}/failures`);
  const { groups, failedCount, unreadCount } = (await answer.json()) as FailureSummary;
  expect({ failedCount, unreadCount }).toEqual({ failedCount: 3, unreadCount: 0 });
  expect(groups).toMatchObject([
    { count: 2, exitCode: "1", error: expect.stringMatching(/^KeyError: 'station 1[23]'$/) as string },
    { count: 1, exitCode: "1", example: { taskId: "t3", blobName: "t3/$TaskLog/stderr.txt" } },
  ]);
  expect(groups[0]?.taskIds.toSorted()).toEqual(["t1", "t2"]);
  expect(groups[0]?.share).toBeCloseTo(2 / 3);
});

test("reading many logs adds few listeners to the signal of the caller", async () => {
  const { client, jobId } = await setUpViewer();
  const storages = Array.from({ length: 40 }, (_, n) => client.getTaskOutputStorage(jobId, `t${n}`));
  await Promise.all(
    storages.map(async (storage) => {
      await storage.saveText("TaskLog", "ValueError: no\n", "stderr.txt");
      await (await storage.recordRun({})).end({ exitCode: 1 });
    }),
  );
  const { signal } = new AbortController();
  const counts: number[] = [];
  const onProgress = () => counts.push(getEventListeners(signal, "abort").length);
  const report = await explainFailures(client.getJobOutputStorage(jobId), {
    abortSignal: signal,
    onProgress,
  });
  expect(report.groups).toMatchObject([{ count: 40 }]);
  expect(Math.max(...counts)).toBeLessThanOrEqual(2);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("a job without failures has no groups, and a missing job is not found", async () => {
  const fixture = await setUpViewer();
  const answer = await fixture.ask(`api/jobs/${fixture.container}/failures`);
  expect(await answer.json()).toEqual({
    groups: [],
    failedCount: 0,
    unreadCount: 0,
    archivedCount: 0,
    notSearchedCount: 0,
  });
  expect((await fixture.ask("api/jobs/job-none/failures")).status).toBe(404);
});

test("states and failures of a job that is deleted in Batch are those that were recorded", async () => {
  const fixture = await setUpViewer({ batch: noBatch("JobNotFound") as never });
  const storage = fixture.client.getTaskOutputStorage(fixture.jobId, "t1");
  await (await storage.recordRun({ nodeId: "node-1" })).end({ exitCode: 137 });
  await fixture.client.getTaskOutputStorage(fixture.jobId, "t2").recordRun();
  const states = await readMessages<TaskStateItem, TaskStatesProgress>(
    await fixture.ask(`api/jobs/${fixture.container}/task-states`),
  );
  expect(states).toMatchObject([
    { item: { taskId: "t1", state: "completed", result: "failure", exitCode: 137, nodeId: "node-1" } },
    { item: { taskId: "t2", state: "unknown" } },
    { progress: { isJobDeleted: true } },
    { end: true },
  ]);
  expect(states[1]).not.toHaveProperty("item.result");
  const failures = await fixture.ask(`api/jobs/${fixture.container}/failures`);
  expect(await failures.json()).toMatchObject({ groups: [{ exitCode: "137", count: 1 }] });
});

test("failures are explained without Batch if it does not answer", async () => {
  const fixture = await setUpViewer({ batch: noBatch("BatchUnreachable") as never });
  const storage = fixture.client.getTaskOutputStorage(fixture.jobId, "t1");
  await (await storage.recordRun()).end({ exitCode: 2 });
  const failures = await fixture.ask(`api/jobs/${fixture.container}/failures`);
  expect(await failures.json()).toMatchObject({ groups: [{ exitCode: "2", count: 1 }] });
});

test("logs of tasks with unknown results are searched only on request", async () => {
  const fixture = await setUpViewer();
  await fixture.put("old1/$TaskLog/stderr.txt", "KeyError: 'lat'\n");
  await fixture.put("old2/$TaskLog/stderr.txt", "done\n");
  const first = await fixture.ask(`api/jobs/${fixture.container}/failures`);
  expect(await first.json()).toEqual({
    groups: [],
    failedCount: 0,
    unreadCount: 0,
    archivedCount: 0,
    notSearchedCount: 2,
  });
  for (let time = 0; time < 2; time += 1) {
    const all = await fixture.ask(`api/jobs/${fixture.container}/failures?unknown`);
    expect(await all.json()).toMatchObject({
      groups: [{ error: "KeyError: 'lat'", taskIds: ["old1"] }],
      ...{ failedCount: 1, notSearchedCount: 0 },
    });
  }
});

test("states without a Batch account are those that runs recorded", async () => {
  const fixture = await setUpViewer();
  const record = async (taskId: string) =>
    await fixture.client.getTaskOutputStorage(fixture.jobId, taskId).recordRun({ nodeId: "n1" });
  await (await record("good")).end({ exitCode: 0 });
  await (await record("retried")).end({ exitCode: 1 });
  await (await record("retried")).end({ exitCode: 4 });
  await (await record("killed")).end({ signal: "SIGKILL" });
  await record("lost");
  const saveFailures = { count: 2, messages: ["TaskOutput: no file matches"] };
  await (await record("unsaved")).end({ exitCode: 0, saveFailures });
  await fixture.put("old/$TaskLog/stderr.txt", "no record\n");
  const states = await readMessages<TaskStateItem, TaskStatesProgress>(
    await fixture.ask(`api/jobs/${fixture.container}/task-states`),
  );
  const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
  const ran = { nodeId: "n1", startTime: time };
  const ended = { ...ran, state: "completed", endTime: time };
  expect(states).toEqual([
    { item: { taskId: "good", ...ended, result: "success", exitCode: 0 } },
    { item: { taskId: "killed", ...ended, result: "failure", signal: "SIGKILL" } },
    { item: { taskId: "lost", ...ran, state: "unknown" } },
    { item: { taskId: "retried", ...ended, result: "failure", exitCode: 4, attempts: 2 } },
    { item: { taskId: "unsaved", ...ended, result: "failure", exitCode: 0, saveFailures } },
    { end: true },
  ]);
});

test("the state of a task in Batch is combined with its recorded runs", async () => {
  const fixture = await setUpViewer({
    batch: {
      listTasks: () => ({
        byPage: () => [
          [
            { id: "killed", state: "completed", executionInfo: { exitCode: 137, result: "failure" } },
            { id: "new", state: "active" },
          ],
        ],
      }),
    } as never,
  });
  const storage = fixture.client.getTaskOutputStorage(fixture.jobId, "deleted");
  await (await storage.recordRun()).end({ exitCode: 5 });
  const states = await readMessages<TaskStateItem, TaskStatesProgress>(
    await fixture.ask(`api/jobs/${fixture.container}/task-states`),
  );
  expect(states).toMatchObject([
    { item: { taskId: "deleted", state: "completed", result: "failure", exitCode: 5 } },
    { item: { taskId: "killed", state: "completed", result: "failure", exitCode: 137 } },
    { item: { taskId: "new", state: "active" } },
    { end: true },
  ]);
});
