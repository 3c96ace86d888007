import { expect, test } from "vitest";

import { watchScheduledEvents } from "../../../src/batch/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { captureError } from "../../support/capture-error.js";
import { cliPath } from "../../support/cli.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";
import { createAzureClient, createPoolSettings } from "../support/azure-client.js";
import { startTestBatch } from "../support/start-test-batch.js";

/** Counts for ever, or five further from a checkpoint that is there; writes what it has reached. */
const counter = [
  'const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs")',
  'mkdirSync("state", { recursive: true })',
  'let reached = existsSync("state/count") ? Number(readFileSync("state/count", "utf8")) : 0',
  "const end = reached === 0 ? Infinity : reached + 5",
  'const step = () => { writeFileSync("state/new", String(++reached)); renameSync("state/new", "state/count"); if (reached < end) setTimeout(step, 20) }',
  "step()",
].join("; ");

const notice = 60_000;

test("a task continues from its checkpoint when its spot node is preempted after a notice", async () => {
  const store = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
  const jobId = createJobId("noticed");
  await store.prepareOutputStorage(jobId);
  const containerUrl = await store.getOutputStorageContainerUrl(jobId);
  const outputs = store.getTaskOutputStorage(jobId, "t");
  const service = await startTestBatch();
  const client = createAzureClient(service);
  await client.pool.add(createPoolSettings({ targetDedicatedNodes: 0, targetLowPriorityNodes: 1 }));
  await client.job.add({ id: jobId, poolInfo: { poolId: "p" } });
  const flags =
    "--restore TaskIntermediate --save TaskIntermediate=state/count:preempt --save TaskOutput=state/count:success";
  await client.task.add(jobId, {
    id: "t",
    commandLine: `${process.execPath} ${cliPath} run ${flags} -- ${process.execPath} -e '${counter}'`,
    environmentSettings: [{ name: "AZURE_BATCH_OUTPUTS_CONTAINER_URL", value: containerUrl }],
  });
  await expect.poll(() => outputs.getOutput("TaskLog", "stdout.txt").exists()).toBe(true);
  const first = (await client.task.get(jobId, "t")).nodeInfo?.nodeId ?? "";

  const taken = service.preemptNode("p", first, { noticeInMs: notice });
  const checkpoint = outputs.getOutput("TaskIntermediate", "state/count");
  await expect.poll(() => checkpoint.exists()).toBe(true);
  expect((await client.computeNode.get("p", first)).state).toBe("running");
  await service.clock.advance(notice);
  await taken;

  await expect.poll(async () => (await client.task.get(jobId, "t")).state).toBe("completed");
  const task = await client.task.get(jobId, "t");
  expect(task.executionInfo).toMatchObject({ exitCode: 0, requeueCount: 1 });
  expect(task.nodeInfo?.nodeId).not.toBe(first);
  const reached = Number((await checkpoint.downloadToBuffer()).toString());
  const result = await outputs.getOutput("TaskOutput", "state/count").downloadToBuffer();
  expect(result.toString()).toBe(String(reached + 5));
});

test("the notice is read from Azure's endpoint, with its header, and only by its own node", async () => {
  const service = await startTestBatch();
  const client = createAzureClient(service);
  await client.pool.add(createPoolSettings({ targetLowPriorityNodes: 2 }));
  const listNodes = async (): Promise<string[]> =>
    (await client.computeNode.list("p")).filter(({ state }) => state === "idle").map(({ id = "" }) => id);
  await expect.poll(listNodes).toHaveLength(2);
  const [first = "", second = ""] = await listNodes();
  const addressOf = (node: string): string => `${service.endpoint}/local-batch/metadata/p/${node}`;

  const taken = service.preemptNode("p", first, { noticeInMs: notice });
  const events = watchScheduledEvents({ endpoint: addressOf(first), pollIntervalInMs: 1 });
  for await (const { type, notBefore } of events) {
    expect(type).toBe("Preempt");
    expect(notBefore?.getTime()).toBeGreaterThan(service.clock.now().getTime());
    break;
  }
  const read = (node: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${addressOf(node)}/metadata/scheduledevents?api-version=2020-07-01`, { headers });
  expect((await read(first, {})).status).toBe(400);
  expect(await (await read(second, { Metadata: "true" })).json()).toMatchObject({ Events: [] });
  expect(await captureError(service.preemptNode("p", second, { noticeInMs: -1 }))).toMatchObject({
    argument: "options.noticeInMs",
  });
  // What is announced is forgotten with the service.
  await service.close();
  await taken;
});
