import { setTimeout } from "node:timers/promises";
import type { BatchServiceClient, BatchServiceModels } from "@azure/batch";
import { BlobServiceClient, type ContainerClient, ContainerSASPermissions } from "@azure/storage-blob";
import { expect, onTestFinished, test } from "vitest";

import { startLocalBatchProcess } from "../local-batch/engine/local-batch-process.js";
import { startAzurite } from "../support/azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

const mebibyte = 1024 * 1024;

test("two thousand tasks on four nodes of two slots all complete, with their outputs, in constant memory", async ({
  annotate,
}) => {
  const azurite = await startAzurite({ manyBlobs: true });
  onTestFinished(() => azurite.stop());
  const { container, url: containerUrl } = await newContainer(azurite.connectionString);
  const service = await startLocalBatchProcess({ folder: createTemporaryFolder(), accountName: "many" });
  await addPool(service.client);

  await runJob(service.client, "first", 250, containerUrl);
  const early = await service.retainedHeapBytes();
  const started = performance.now();
  await runJob(service.client, "all", 2_000, containerUrl);
  const late = await service.retainedHeapBytes();
  const peak = service.peakRssBytes();

  const seconds = Math.round((performance.now() - started) / 1_000);
  const [before, after, most] = [early, late, peak].map((bytes) => Math.round(bytes / mebibyte));
  await annotate(
    `2,000 tasks in ${seconds} s: heap ${before} MiB after 250, ${after} at the end; peak ${most} MiB`,
  );
  const stored: string[] = [];
  for await (const { name } of container.listBlobsFlat({ prefix: "all/" })) stored.push(name);
  const expected = Array.from({ length: 2_000 }, (_, index) => `all/t${index}/stdout.txt`);
  expect(stored).toEqual(expected.sort());
  // What remains of each task is its record.
  expect(late - early).toBeLessThan(2_000 * 16 * 1024);
  expect(peak).toBeLessThan(260 * mebibyte);
});

test("a large output is uploaded, and downloaded by another task as a resource file, in constant memory", async ({
  annotate,
}) => {
  const azurite = await startAzurite({ persistence: createTemporaryFolder() });
  onTestFinished(() => azurite.stop());
  const { url: containerUrl } = await newContainer(azurite.connectionString);
  const service = await startLocalBatchProcess({ folder: createTemporaryFolder(), accountName: "large" });
  await addPool(service.client);
  await service.client.job.add({ id: "j", poolInfo: { poolId: "p" }, usesTaskDependencies: true });
  await service.client.task.add("j", {
    id: "writes",
    commandLine: "/bin/sh -c 'truncate -s 256M big.bin; printf end >>big.bin'",
    outputFiles: [
      {
        filePattern: "big.*",
        destination: { container: { containerUrl, path: "out" } },
        uploadOptions: { uploadCondition: "tasksuccess" },
      },
    ],
  });
  const resourceFile = { httpUrl: containerUrl.replace("?", "/out/big.bin?"), filePath: "again.bin" };
  await service.client.task.add("j", {
    id: "reads",
    commandLine: "/bin/sh -c 'test $(wc -c <again.bin) = 268435459 && test $(tail -c 3 again.bin) = end'",
    resourceFiles: [resourceFile],
    dependsOn: { taskIds: ["writes"] },
  });
  await allSucceeded(service.client, "j", 2);

  const peak = service.peakRssBytes();
  await annotate(`256 MiB: peak ${Math.round(peak / mebibyte)} MiB`);
  expect(peak).toBeLessThan(220 * mebibyte);
});

async function runJob(
  client: BatchServiceClient,
  id: string,
  taskCount: number,
  containerUrl: string,
): Promise<void> {
  await client.job.add({ id, poolInfo: { poolId: "p" } });
  const tasks = Array.from({ length: taskCount }, (_, index): BatchServiceModels.TaskAddParameter => ({
    id: `t${index}`,
    commandLine: "/bin/echo done",
    outputFiles: [
      {
        filePattern: "../stdout.txt",
        destination: { container: { containerUrl, path: `${id}/t${index}/stdout.txt` } },
        uploadOptions: { uploadCondition: "taskcompletion" },
      },
    ],
  }));
  for (let start = 0; start < taskCount; start += 100) {
    const added = await client.task.addCollection(id, tasks.slice(start, start + 100));
    expect(added.value?.every(({ status }) => status.toLowerCase() === "success")).toBe(true);
  }
  await allSucceeded(client, id, taskCount);
}

async function allSucceeded(client: BatchServiceClient, jobId: string, taskCount: number): Promise<void> {
  for (;;) {
    const { taskCounts } = await client.job.getTaskCounts(jobId);
    if (taskCounts.completed === taskCount) {
      expect(taskCounts).toMatchObject({ succeeded: taskCount, failed: 0 });
      return;
    }
    await setTimeout(200);
  }
}

async function addPool(client: BatchServiceClient): Promise<void> {
  await client.pool.add({
    id: "p",
    vmSize: "standard_d2s_v3",
    targetDedicatedNodes: 4,
    taskSlotsPerNode: 2,
    virtualMachineConfiguration: {
      imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server" },
      nodeAgentSKUId: "batch.node.ubuntu 22.04",
    },
  });
}

async function newContainer(connectionString: string): Promise<{ container: ContainerClient; url: string }> {
  const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("out");
  await container.create();
  const url = await container.generateSasUrl({
    permissions: ContainerSASPermissions.parse("rcw"),
    expiresOn: new Date(Date.now() + 3_600_000),
  });
  return { container, url };
}
