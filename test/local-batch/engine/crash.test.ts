import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { BatchServiceClient, BatchServiceModels } from "@azure/batch";
import { expect, it, onTestFinished } from "vitest";

import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createOutputContainer } from "../support/create-output-container.js";
import { waitUntilTrue } from "../support/wait.js";
import { type LocalBatchProcess, startLocalBatchProcess } from "./local-batch-process.js";

const taskCount = 40;

/** How many tasks have ended when the service is killed. */
const moments = [1, 10, 20, 30];

it("completes a job although the service is killed several times; no task is lost or run twice", async () => {
  const folder = createTemporaryFolder();
  const marks = createTemporaryFolder();
  const options = { folder, accountName: "crash" };
  let service: LocalBatchProcess = await startLocalBatchProcess(options);
  onTestFinished(() => service.stop());
  const outputs = await createOutputContainer();
  await addWork(service.client, marks, outputs.url);
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
  expect(readdirSync(marks)).toHaveLength(taskCount);
  for (const name of readdirSync(marks)) expect(readFileSync(join(marks, name), "utf8")).toBe("begin\nend\n");
  for (const { id = "" } of tasks) expect(await outputs.read(`${id}.txt`)).toBe(`output of ${id}\n`);
});

it("continues a start task and a job preparation task that outlive the service", async () => {
  const folder = createTemporaryFolder();
  const marks = createTemporaryFolder();
  const options = { folder, accountName: "crash" };
  let service = await startLocalBatchProcess(options);
  onTestFinished(() => service.stop());
  const waiting = (name: string): string =>
    `/bin/sh -c 'echo x >>${marks}/${name}; until test -e ${marks}/go-${name}; do sleep 0.02; done'`;
  await addPoolAndJob(
    service.client,
    { startTask: { commandLine: waiting("start"), waitForSuccess: true }, targetDedicatedNodes: 1 },
    { jobPreparationTask: { commandLine: waiting("prepare") } },
  );
  await service.client.task.add("j", { id: "t", commandLine: "/bin/true" });
  for (const name of ["start", "prepare"]) {
    await waitUntilTrue(() => existsSync(join(marks, name)));
    await service.kill();
    service = await startLocalBatchProcess(options);
    writeFileSync(join(marks, `go-${name}`), "");
    if (name === "start")
      await waitUntilTrue(async () => (await nodeState(service.client)) !== "waitingforstarttask");
  }
  await completedCount(service.client, (count) => count === 1);
  expect(readFileSync(join(marks, "start"), "utf8")).toBe("x\n");
  expect(readFileSync(join(marks, "prepare"), "utf8")).toBe("x\n");
});

it("runs a task again if its processes ended together with the service", async () => {
  const folder = createTemporaryFolder();
  const marks = createTemporaryFolder();
  const options = { folder, accountName: "crash" };
  const before = await startLocalBatchProcess(options);
  await addPoolAndJob(before.client);
  const script = `echo $$ >>${marks}/runs; test $(wc -l <${marks}/runs) -gt 1 || sleep 1000; exit 7`;
  await before.client.task.add("j", { id: "t", commandLine: `/bin/sh -c '${script}'` });
  const runs = join(marks, "runs");
  const task = await waitUntilTrue(() => existsSync(runs) && Number(readFileSync(runs, "utf8")));
  await before.kill();
  // Of the group that the task's shell is in, which is named for its leader.
  process.kill(-groupOf(task), "SIGKILL");
  const after = await startLocalBatchProcess(options);
  onTestFinished(() => after.stop());
  await completedCount(after.client, (count) => count === 1);
  const { executionInfo } = await after.client.task.get("j", "t");
  expect(executionInfo).toMatchObject({ exitCode: 7, requeueCount: 1, retryCount: 0 });
  expect(readFileSync(runs, "utf8").trimEnd().split("\n")).toHaveLength(2);
});

it("does not take a foreign process with the same process id for a task", async () => {
  const folder = createTemporaryFolder();
  const options = { folder, accountName: "crash" };
  const before = await startLocalBatchProcess(options);
  await addPoolAndJob(before.client);
  await before.client.task.add("j", { id: "t", commandLine: "/bin/sh -c 'sleep 1000'" });
  const journal = join(folder, "state.jsonl");
  const written = await waitUntilTrue(() => /"process":\{"id":(\d+),/.exec(readFileSync(journal, "utf8")));
  await before.kill();
  const id = Number(written[1]);
  process.kill(-id, "SIGKILL");
  // As if the id had gone to a process that runs for years, this one.
  writeFileSync(journal, readFileSync(journal, "utf8").replaceAll(`"id":${id},`, `"id":${process.pid},`));
  const after = await startLocalBatchProcess(options);
  onTestFinished(() => after.stop());
  await waitUntilTrue(async () => (await after.client.task.get("j", "t")).executionInfo?.requeueCount === 1);
});

function groupOf(processId: number): number {
  const status = readFileSync(`/proc/${processId}/stat`, "latin1");
  return Number(status.slice(status.lastIndexOf(")") + 2).split(" ")[2]);
}

async function nodeState(client: BatchServiceClient): Promise<string | undefined> {
  const [node] = await client.computeNode.list("p");
  return node?.state;
}

async function addPoolAndJob(
  client: BatchServiceClient,
  pool: Partial<BatchServiceModels.PoolAddParameter> = {},
  job: Partial<BatchServiceModels.JobAddParameter> = {},
): Promise<void> {
  await client.pool.add({
    id: "p",
    vmSize: "standard_d2s_v3",
    targetDedicatedNodes: 2,
    taskSlotsPerNode: 2,
    virtualMachineConfiguration: {
      imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server" },
      nodeAgentSKUId: "batch.node.ubuntu 22.04",
    },
    ...pool,
  });
  await client.job.add({ id: "j", poolInfo: { poolId: "p" }, ...job });
}

async function addWork(client: BatchServiceClient, marks: string, containerUrl: string): Promise<void> {
  await addPoolAndJob(client);
  const script = `echo output of $AZ_BATCH_TASK_ID; echo begin >>${marks}/$AZ_BATCH_TASK_ID; sleep 0.1; echo end >>${marks}/$AZ_BATCH_TASK_ID; exit 7`;
  const value = Array.from({ length: taskCount }, (_, index): BatchServiceModels.TaskAddParameter => ({
    id: `t${index}`,
    commandLine: `/bin/sh -c '${script}'`,
    outputFiles: [
      {
        filePattern: "../stdout.txt",
        destination: { container: { containerUrl, path: `t${index}.txt` } },
        uploadOptions: { uploadCondition: "taskcompletion" },
      },
    ],
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
    await setTimeout(25);
  }
}
