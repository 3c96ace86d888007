import { expect, test } from "vitest";

import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { cliPath } from "../../support/cli.js";
import { createJobId } from "../../support/create-job-id.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { poolBody } from "../rest/pool-and-job.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { expectEventually } from "../support/wait.js";

const store = BatchOutputsClient.fromConnectionString(useSharedAzurite().connectionString);
const environmentSettings = [
  { name: "AZURE_STORAGE_CONNECTION_STRING", value: useSharedAzurite().connectionString },
];
const run = `${process.execPath} ${cliPath} run`;

async function listTaskOutputs(jobId: string, taskId: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { kind, filePath } of store.getTaskOutputStorage(jobId, taskId).listOutputs())
    names.push(`${kind} ${filePath}`);
  return names;
}

test("each subtask of a multi-instance task has logs of its own, and the run is that of the primary task", async () => {
  const jobId = createJobId("mpi");
  await store.prepareOutputStorage(jobId);
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", {
    body: { ...poolBody("pool", 3), enableInterNodeCommunication: true },
  });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: jobId, poolInfo: { poolId: "pool" } } });
  // The primary task is a subtask too, whose coordination command has no log here.
  const coordination = `if [ $AZ_BATCH_IS_CURRENT_NODE_MASTER = false ]; then exec ${run} -- sh -c "echo $AZ_BATCH_NODE_ID; exit 0"; fi`;
  const body = {
    id: "mpi",
    commandLine: `${run} -- sh -c 'echo primary; exit 5'`,
    multiInstanceSettings: { numberOfInstances: 3, coordinationCommandLine: `/bin/sh -c '${coordination}'` },
    environmentSettings,
  };
  await sendBatchRequest(service, "POST", `/jobs/${jobId}/tasks`, { body });
  const read = async (path: string): Promise<Record<string, unknown>> =>
    (await sendBatchRequest(service, "GET", path)).body;
  await expectEventually(async () => (await read(`/jobs/${jobId}/tasks/mpi`))["state"], "completed");

  expect(await listTaskOutputs(jobId, "mpi")).toEqual([
    "TaskLog stderr.txt",
    "TaskLog stdout.txt",
    "TaskLog subtask-1/stderr.txt",
    "TaskLog subtask-1/stdout.txt",
    "TaskLog subtask-2/stderr.txt",
    "TaskLog subtask-2/stdout.txt",
  ]);
  const outputs = store.getTaskOutputStorage(jobId, "mpi");
  const readLog = async (path: string): Promise<string> =>
    (await outputs.getOutput("TaskLog", path).downloadToBuffer()).toString();
  expect(await readLog("stdout.txt")).toBe("primary\n");
  const { value = [] } = await sendBatchRequest(service, "GET", `/jobs/${jobId}/tasks/mpi/subtasksinfo`).then(
    (answer) => answer.body,
  );
  expect(value).toHaveLength(2);
  for (const { id, nodeInfo } of value as readonly { id: number; nodeInfo: { nodeId: string } }[])
    expect(await readLog(`subtask-${id}/stdout.txt`)).toBe(`${nodeInfo.nodeId}\n`);
  const runs = [];
  for await (const { taskId, exitCode } of store.getJobOutputStorage(jobId).listRuns())
    runs.push({ taskId, exitCode });
  expect(runs).toEqual([{ taskId: "mpi", exitCode: 5 }]);
});

test("the jobs of a schedule have outputs of their own, under their full ids", async () => {
  const scheduleId = createJobId("nightly");
  const service = await startTestBatch();
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  const jobManagerTask = {
    id: "manager",
    commandLine: `/bin/sh -c '${run.replace(" run", "")} prepare && exec ${run} -- echo $AZ_BATCH_JOB_ID'`,
    environmentSettings,
  };
  await sendBatchRequest(service, "POST", "/jobschedules", {
    body: {
      id: scheduleId,
      schedule: { recurrenceInterval: "PT1H" },
      jobSpecification: { poolInfo: { poolId: "pool" }, jobManagerTask },
    },
  });
  const jobIds = [`${scheduleId}:job-1`, `${scheduleId}:job-2`];
  for (const jobId of jobIds) {
    const log = store.getTaskOutputStorage(jobId, "manager").getOutput("TaskLog", "stdout.txt");
    await expectEventually(
      async () => (await sendBatchRequest(service, "GET", `/jobs/${jobId}`)).body["state"],
      "completed",
    );
    expect((await log.downloadToBuffer()).toString()).toBe(`${jobId}\n`);
    await service.clock.advance(3_600_000);
  }
  // Each has a container of its own, which knows the id that its name alone does not contain.
  const known: (string | undefined)[] = [];
  for await (const { jobId } of store.listJobs()) if (jobId?.startsWith(scheduleId)) known.push(jobId);
  expect(known.toSorted()).toEqual(jobIds);
});
