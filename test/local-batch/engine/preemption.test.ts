import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { isBatchOutputsError } from "../../../src/core/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createJobId } from "../../support/create-job-id.js";
import { createAzureClient, createPoolSettings } from "../support/azure-client.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually, waitUntilTrue } from "../support/wait.js";
import { compiledProgram } from "./compiled-program.js";

// What it writes down is stored before it waits; where it goes on, its output is saved.
const program = `
  import { appendFileSync, existsSync } from "node:fs";
  import { setTimeout } from "node:timers/promises";
  import { TaskOutputStorage } from "./src/index.ts";
  const outputs = TaskOutputStorage.fromEnvironment();
  const [, , go] = process.argv;
  await using log = await outputs.saveTracked("TaskLog", "work.log");
  appendFileSync("work.log", "began on " + process.env.AZ_BATCH_NODE_ID + "\\n");
  await log.flush();
  while (!existsSync(go)) await setTimeout(50);
  appendFileSync("work.log", "ended on " + process.env.AZ_BATCH_NODE_ID + "\\n");
  await outputs.saveText("TaskOutput", "result of " + process.env.AZ_BATCH_TASK_ID, "result.txt");
`;

const taskIds = ["t0", "t1", "t2", "t3"];

it("runs the tasks of a preempted node on others, keeps their logs, and completes all outputs", async () => {
  const script = await compiledProgram(program);
  const go = join(createTemporaryFolder(), "go");
  const store = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
  const jobId = createJobId("preempted");
  await store.prepareOutputStorage(jobId);
  const containerUrl = await store.getOutputStorageContainerUrl(jobId);
  const outputs = store.getJobOutputStorage(jobId);
  const service = await startTestBatch();
  const client = createAzureClient(service);
  await client.pool.add(createPoolSettings({ targetDedicatedNodes: 2, taskSlotsPerNode: 2 }));
  await client.job.add({ id: jobId, poolInfo: { poolId: "p" } });
  await client.task.addCollection(
    jobId,
    taskIds.map((id) => ({
      id,
      commandLine: `node ${script} ${go}`,
      environmentSettings: [{ name: "AZURE_BATCH_OUTPUTS_CONTAINER_URL", value: containerUrl }],
    })),
  );
  const logOf = async (taskId: string, name = "work.log"): Promise<string> => {
    const log = outputs.getTaskOutputStorage(taskId).getOutput("TaskLog", name);
    // In one request: between two, the next attempt may have moved it.
    return await log.downloadToBuffer().then(String, (error: unknown) => {
      if (isBatchOutputsError(error) && error.code === "OutputNotFound") return "";
      throw error;
    });
  };
  await waitUntilTrue(async () => (await Promise.all(taskIds.map((id) => logOf(id)))).every(Boolean));
  const before = await client.task.list(jobId);
  const taken = before[0]?.nodeInfo?.nodeId ?? "";
  const movedIds = before.filter(({ nodeInfo }) => nodeInfo?.nodeId === taken).map(({ id }) => id ?? "");

  await service.preemptNode("p", taken);
  await waitUntilTrue(async () => {
    const logs = await Promise.all(movedIds.map((id) => logOf(id)));
    return logs.every((log) => log !== "" && !log.includes(taken));
  });
  writeFileSync(go, "");
  await expectEventually(async () => (await client.job.getTaskCounts(jobId)).taskCounts.succeeded, 4);

  expect(movedIds).toHaveLength(2);
  for (const task of await client.task.list(jobId)) {
    const { id = "", nodeInfo, executionInfo } = task;
    const isMoved = movedIds.includes(id);
    expect(executionInfo).toMatchObject({ exitCode: 0, retryCount: 0, requeueCount: isMoved ? 1 : 0 });
    expect(nodeInfo?.nodeId === taken).toBe(false);
    const nodeId = nodeInfo?.nodeId ?? "";
    expect(await logOf(id)).toBe(`began on ${nodeId}\nended on ${nodeId}\n`);
    expect(await logOf(id, "work.attempt-1.log")).toBe(isMoved ? `began on ${taken}\n` : "");
    const result = outputs.getTaskOutputStorage(id).getOutput("TaskOutput", "result.txt");
    expect(String(await result.downloadToBuffer())).toBe(`result of ${id}`);
  }
  const nodes = await client.computeNode.list("p");
  expect(nodes.map(({ id }) => id)).not.toContain(taken);
  expect(nodes).toHaveLength(2);
});
