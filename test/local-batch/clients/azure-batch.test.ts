import { BatchServiceClient, type BatchServiceModels, BatchSharedKeyCredentials } from "@azure/batch";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { expect, it } from "vitest";

import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { createOutputContainer } from "../support/create-output-container.js";
import { expectEventually } from "../support/wait.js";

it("@azure/batch 10.2.0 runs a job with dependencies and OutputFiles as it would on Azure", async () => {
  const service = await startTestBatch({ storageConnectionString: useSharedAzurite().connectionString });
  const outputs = await createOutputContainer();
  const client = new BatchServiceClient(
    new BatchSharedKeyCredentials(service.accountName, service.accountKey),
    service.endpoint,
  );
  await client.pool.add({
    id: "pool",
    vmSize: "standard_d2s_v3",
    virtualMachineConfiguration: {
      imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server", version: "latest" },
      nodeAgentSKUId: "batch.node.ubuntu 24.04",
    },
    targetDedicatedNodes: 2,
    taskSlotsPerNode: 2,
  });
  expect((await client.pool.exists("pool")).body).toBe(true);
  await client.job.add({ id: "film", poolInfo: { poolId: "pool" }, usesTaskDependencies: true });
  const outputFiles: BatchServiceModels.OutputFile[] = [
    {
      filePattern: "../std*.txt",
      destination: { container: { containerUrl: outputs.url, path: "second/$TaskLog" } },
      uploadOptions: { uploadCondition: "taskcompletion" },
    },
  ];
  const added = await client.task.addCollection(
    "film",
    [
      { id: "first", commandLine: "/bin/sh -c 'echo frame > frame.txt; echo one'" },
      {
        id: "second",
        commandLine: "/bin/sh -c 'echo two'",
        dependsOn: { taskIds: ["first"] },
        outputFiles,
      },
    ],
    {},
  );
  expect(added.value?.map(({ taskId, status }) => [taskId, status])).toEqual([
    ["first", "Success"],
    ["second", "Success"],
  ]);
  await client.job.patch("film", { onAllTasksComplete: "terminatejob" });
  await expectEventually(async () => (await client.job.get("film")).state, "completed");

  const counts = await client.job.getTaskCounts("film");
  expect(counts.taskCounts).toMatchObject({ completed: 2, succeeded: 2, failed: 0 });
  const tasks = await client.task.list("film", {
    taskListOptions: { filter: "state eq 'completed'", select: "id" },
  });
  expect([...tasks].map(({ id }) => id)).toEqual(["first", "second"]);
  const first = await client.task.get("film", "first");
  expect(first.executionInfo).toMatchObject({ exitCode: 0, result: "success" });
  const files = await client.file.listFromTask("film", "first", {
    fileListFromTaskOptions: {},
    recursive: true,
  });
  expect([...files].map(({ name }) => name)).toEqual(
    expect.arrayContaining(["stderr.txt", "stdout.txt", "wd", "wd/frame.txt"]),
  );
  const file = await client.file.getFromTask("film", "first", "wd/frame.txt");
  expect(await text(file.readableStreamBody as Readable)).toBe("frame\n");
  const properties = await client.file.getPropertiesFromTask("film", "first", "stdout.txt");
  expect(properties.contentLength).toBe(4);
  expect(await outputs.read("second/$TaskLog/stdout.txt")).toBe("two\n");

  await client.task.deleteMethod("film", "first");
  await expect(client.task.get("film", "first")).rejects.toMatchObject({
    statusCode: 404,
    code: "TaskNotFound",
  });
  await client.job.deleteMethod("film");
  await client.pool.deleteMethod("pool");
  await expectEventually(async () => (await client.pool.exists("pool")).body, false);
});
