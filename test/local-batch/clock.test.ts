import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { NodeFolders } from "../../src/local-batch/engine/base/node-folders.js";
import { addIdleJob, poolBody, runTask } from "./rest/pool-and-job.js";
import { sendBatchRequest } from "./support/send-batch-request.js";
import { startTestBatch } from "./support/start-test-batch.js";
import { expectEventually } from "./support/wait.js";

const dayInMs = 24 * 60 * 60 * 1_000;

it("deletes the files of a completed task after its retention time", async () => {
  const service = await startTestBatch();
  await runTask(service, { commandLine: "/bin/true" });
  const task = (await sendBatchRequest(service, "GET", "/jobs/film/tasks/task")).body;
  const { poolId, nodeId } = task["nodeInfo"] as { poolId: string; nodeId: string };
  const folder = new NodeFolders(service.folder).task({ poolId, nodeId }, "film", "task");
  await service.clock.advance(6.9 * dayInMs);
  expect(existsSync(join(folder, "stdout.txt"))).toBe(true);
  await service.clock.advance(0.2 * dayInMs);
  await expectEventually(() => Promise.resolve(existsSync(folder)), false);
  expect((await sendBatchRequest(service, "GET", "/jobs/film/tasks/task")).body["state"]).toBe("completed");
});

it("ends a task and a job that exceed their maximum run time", async () => {
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  await sendBatchRequest(service, "POST", "/jobs", {
    body: { id: "film", poolInfo: { poolId: "pool" }, constraints: { maxWallClockTime: "P2D" } },
  });
  const constraints = { maxWallClockTime: "P1D" };
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", {
    body: { id: "task", commandLine: "/bin/sleep 1000", constraints },
  });
  const stateOf = async (path: string): Promise<unknown> =>
    (await sendBatchRequest(service, "GET", path)).body["state"];
  await expectEventually(() => stateOf("/jobs/film/tasks/task"), "running");
  await service.clock.advance(dayInMs);
  await expectEventually(() => stateOf("/jobs/film/tasks/task"), "completed");
  expect(await stateOf("/jobs/film")).toBe("active");
  await service.clock.advance(dayInMs);
  await expectEventually(() => stateOf("/jobs/film"), "completed");
  const { executionInfo } = (await sendBatchRequest(service, "GET", "/jobs/film")).body as {
    executionInfo: { startTime: string; endTime: string; terminateReason: string };
  };
  expect(executionInfo.terminateReason).toBe("MaxWallClockTimeExpiry");
  expect(Date.parse(executionInfo.endTime) - Date.parse(executionInfo.startTime)).toBeGreaterThanOrEqual(
    2 * dayInMs,
  );
});

it("is separate for each service", async () => {
  const [one, other] = [await startTestBatch(), await startTestBatch()];
  await one.clock.advance(dayInMs);
  expect(one.clock.now().getTime() - other.clock.now().getTime()).toBeGreaterThan(dayInMs / 2);
  for (const [service, isLater] of [
    [one, true],
    [other, false],
  ] as const) {
    await addIdleJob(service);
    const { creationTime } = (await sendBatchRequest(service, "GET", "/jobs/film")).body as {
      creationTime: string;
    };
    expect(Date.parse(creationTime) > Date.now() + dayInMs / 2).toBe(isLater);
  }
});

it.each([-1, Number.NaN, Infinity])("cannot be advanced by %d", async (duration) => {
  const service = await startTestBatch();
  await expect(service.clock.advance(duration)).rejects.toThrow("durationInMs must be");
});
