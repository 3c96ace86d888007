import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BatchServiceClient } from "@azure/batch";
import { expect, it, onTestFinished } from "vitest";

import { temporaryFolder } from "../../support/temporary-folder.js";
import { type LocalBatchProcess, startLocalBatchProcess } from "./local-batch-process.js";

const taskCount = 60;

/** How many tasks have ended when the service is killed. */
const moments = [1, 12, 25, 40];

it("ends a job in whose middle the service was killed several times, with no task lost or run twice", async () => {
  const folder = temporaryFolder();
  const marks = temporaryFolder();
  const options = { folder, accountName: "crash" };
  let service: LocalBatchProcess = await startLocalBatchProcess(options);
  onTestFinished(() => service.stop());
  await addWork(service.client, marks);
  for (const moment of moments) {
    await completedCount(service.client, (count) => count >= moment);
    await service.kill();
    service = await startLocalBatchProcess(options);
  }
  await completedCount(service.client, (count) => count === taskCount);

  const tasks = await service.client.task.list("j", { taskListOptions: { maxResults: 1000 } });
  expect(tasks.map(({ executionInfo }) => executionInfo?.exitCode)).toEqual(
    Array.from({ length: taskCount }, () => 7),
  );
  // The tasks went on while there was no service: none had to be started again.
  expect(tasks.map(({ executionInfo }) => executionInfo?.requeueCount)).toEqual(
    Array.from({ length: taskCount }, () => 0),
  );
  expect(readdirSync(marks)).toHaveLength(taskCount);
  for (const name of readdirSync(marks)) expect(readFileSync(join(marks, name), "utf8")).toBe("begin\nend\n");
});

async function addWork(client: BatchServiceClient, marks: string): Promise<void> {
  await client.pool.add({
    id: "p",
    vmSize: "any",
    targetDedicatedNodes: 2,
    taskSlotsPerNode: 2,
    virtualMachineConfiguration: {
      imageReference: { publisher: "p", offer: "o", sku: "s" },
      nodeAgentSKUId: "batch.node.ubuntu 22.04",
    },
  });
  await client.job.add({ id: "j", poolInfo: { poolId: "p" } });
  const script = `echo begin >>${marks}/$AZ_BATCH_TASK_ID; sleep 0.1; echo end >>${marks}/$AZ_BATCH_TASK_ID; exit 7`;
  const value = Array.from({ length: taskCount }, (_, index) => ({
    id: `t${index}`,
    commandLine: `/bin/sh -c '${script}'`,
  }));
  await client.task.addCollection("j", value);
}

async function completedCount(
  client: BatchServiceClient,
  isEnough: (count: number) => boolean,
): Promise<void> {
  for (;;) {
    const { taskCounts } = await client.job.getTaskCounts("j");
    if (isEnough(taskCounts.completed)) return;
  }
}
