import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

import { type BatchBody, sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { poolBody } from "../rest/pool-and-job.js";

const taskCount = 80;
const lossCount = 4;

it("completes every task although nodes are preempted", { timeout: 240_000 }, async () => {
  const service = await startTestBatch({ terminationGraceInMs: 100 });
  const get = async (path: string): Promise<BatchBody> => (await sendBatchRequest(service, "GET", path)).body;
  await sendBatchRequest(service, "POST", "/pools", { body: { ...poolBody("p", 3), taskSlotsPerNode: 4 } });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "j", poolInfo: { poolId: "p" } } });
  // Every task that runs before the file is there is still running when its node goes.
  const release = join(createTemporaryFolder(), "release");
  const commandLine = `/bin/sh -c 'while [ ! -e ${release} ]; do sleep 0.05; done'`;
  const tasks = Array.from({ length: taskCount }, (_, index) => ({
    id: `t${index}`,
    commandLine,
  }));
  await sendBatchRequest(service, "POST", "/jobs/j/addtaskcollection", { body: { value: tasks } });
  const findNodeAtWork = async (): Promise<unknown> =>
    (await get("/pools/p/nodes")).value?.find(({ state }) => state === "running")?.["id"];
  for (let losses = 0; losses < lossCount; losses++) {
    let nodeId: unknown;
    await expect.poll(async () => (nodeId = await findNodeAtWork())).toEqual(expect.any(String));
    await service.preemptNode("p", String(nodeId));
  }
  await writeFile(release, "");
  const countCompleted = async (): Promise<unknown> =>
    ((await get("/jobs/j/taskcounts"))["taskCounts"] as Record<string, unknown>)["succeeded"];
  await expect.poll(countCompleted).toBe(taskCount);
  const runs = (await get("/jobs/j/tasks")).value?.map(({ executionInfo }) => executionInfo);
  expect(runs).toHaveLength(taskCount);
  for (const run of runs ?? []) expect(run).toMatchObject({ exitCode: 0, result: "success", retryCount: 0 });
  expect(runs?.some((run) => (run as { readonly requeueCount: number }).requeueCount > 0)).toBe(true);
});
