/**
 * Takes nodes away under load: `npm run build && node bench/local-batch-losses.mjs [TASKS] [LOST]`. Runs TASKS tasks (10,000) on
 * 8 nodes of 4 slots, and takes nodes away at random until LOST tasks (500) were lost with them. Every task has to succeed, also
 * after it was queued again, and the service's memory has to stay flat. Exits with an error otherwise.
 */
import { fork } from "node:child_process";
import { on, once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { BatchServiceClient, BatchSharedKeyCredentials } from "@azure/batch";

const taskCount = Number(process.argv[2] ?? 10_000);
const lostCount = Number(process.argv[3] ?? 500);
const [nodes, slots] = [8, 4];

if (process.send) await serve();
else await measure();

/** Runs in the child process. Each message takes away a node that runs tasks. */
async function serve() {
  const { startLocalBatch } = await import("../dist/local-batch/index.js");
  const service = await startLocalBatch({ folder: process.env["BENCH_FOLDER"], terminationGraceInMs: 100 });
  const messages = /** @type {AsyncIterable<{ poolId?: string, nodeId?: string }[]>} */ (
    on(process, "message")
  );
  process.send?.({ endpoint: service.endpoint, key: service.accountKey, name: service.accountName });
  for await (const [message] of messages) {
    const { poolId, nodeId } = message ?? {};
    if (poolId === undefined || nodeId === undefined) break;
    await service.preemptNode(poolId, nodeId);
    process.send?.({ lost: nodeId });
  }
  const { user, system } = process.cpuUsage();
  await service.close();
  process.send?.({ cpuMs: (user + system) / 1_000 }, () => {
    process.disconnect();
  });
}

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "local-batch-losses-"));
  const child = fork(import.meta.filename, process.argv.slice(2), {
    env: { ...process.env, BENCH_FOLDER: folder },
  });
  const messages = on(child, "message", { close: ["exit"] });
  const hear = async () => {
    const next = /** @type {IteratorResult<Record<string, unknown>[]>} */ (await messages.next());
    const [message] = next.done === true ? [] : next.value;
    if (!message) throw new Error("The service has ended");
    return message;
  };
  try {
    const { endpoint, key, name } = await hear();
    const client = new BatchServiceClient(
      new BatchSharedKeyCredentials(String(name), String(key)),
      String(endpoint),
    );
    const begun = performance.now();
    await addWork(client);
    const memory = [residentMebibytes(child.pid)];
    const losses = await takeNodesAway(client, async (nodeId) => {
      child.send({ poolId: "p", nodeId });
      await hear();
    });
    await untilCompleted(client, () => memory.push(residentMebibytes(child.pid)));
    const seconds = (performance.now() - begun) / 1_000;
    const { lost, wrong } = await checkTasks(client);
    memory.push(residentMebibytes(child.pid));
    child.send({});
    const { cpuMs } = await hear();
    const half = memory.slice(Math.floor(memory.length / 2));
    console.log(
      [
        `${taskCount} tasks on ${nodes} nodes of ${slots} slots in ${seconds.toFixed(1)} s`,
        `${losses} nodes taken away, ${lost} tasks queued again, ${wrong.length} tasks that ended otherwise than they should`,
        `CPU of the service ${(Number(cpuMs) / taskCount).toFixed(2)} ms a task`,
        `memory of the service: ${memory[0]} MiB with all tasks added, ${Math.min(...half)} to ${Math.max(...half)} MiB in the second half`,
      ].join("\n"),
    );
    for (const task of wrong.slice(0, 10)) console.error(JSON.stringify(task));
    if (wrong.length > 0 || lost < lostCount) process.exitCode = 1;
  } finally {
    if (child.exitCode === null && child.connected) child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {BatchServiceClient} client */
async function addWork(client) {
  await client.pool.add({
    id: "p",
    vmSize: "standard_d2s_v3",
    targetDedicatedNodes: nodes,
    taskSlotsPerNode: slots,
    virtualMachineConfiguration: {
      imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server" },
      nodeAgentSKUId: "batch.node.ubuntu 22.04",
    },
  });
  await client.job.add({ id: "j", poolInfo: { poolId: "p" } });
  const tasks = Array.from({ length: taskCount }, (_, index) => ({
    id: `t${index}`,
    commandLine: "/bin/sleep 0.05",
  }));
  for (let first = 0; first < tasks.length; first += 100)
    await client.task.addCollection("j", tasks.slice(first, first + 100));
}

/**
 * @param {BatchServiceClient} client
 * @param {(nodeId: string) => Promise<void>} takeAway
 */
async function takeNodesAway(client, takeAway) {
  let losses = 0;
  while ((await countLost(client)) < lostCount) {
    const running = (await client.computeNode.list("p")).filter(({ state }) => state === "running");
    const node = running[Math.floor(Math.random() * running.length)];
    if (!node) {
      const { taskCounts } = await client.job.getTaskCounts("j");
      if (taskCounts.active + taskCounts.running === 0) return losses;
      await setTimeout(20);
      continue;
    }
    await takeAway(node.id ?? "");
    losses++;
  }
  return losses;
}

/** @param {BatchServiceClient} client */
async function countLost(client) {
  return (await listTasks(client, "executionInfo/requeueCount gt 0")).reduce(
    (sum, { executionInfo }) => sum + (executionInfo?.requeueCount ?? 0),
    0,
  );
}

/**
 * @param {BatchServiceClient} client
 * @param {string} [filter]
 */
async function listTasks(client, filter) {
  const options = {
    taskListOptions: { select: "id,state,executionInfo", ...(filter !== undefined && { filter }) },
  };
  let page = await client.task.list("j", options);
  const tasks = [...page];
  while (page.odatanextLink !== undefined) {
    page = await client.task.listNext(page.odatanextLink);
    tasks.push(...page);
  }
  return tasks;
}

/**
 * @param {BatchServiceClient} client
 * @param {() => void} look
 */
async function untilCompleted(client, look) {
  for (;;) {
    const { taskCounts } = await client.job.getTaskCounts("j");
    look();
    if (taskCounts.completed === taskCount) return;
    await setTimeout(1_000);
  }
}

/** @param {BatchServiceClient} client */
async function checkTasks(client) {
  const tasks = await listTasks(client);
  const lost = tasks.reduce((sum, { executionInfo }) => sum + (executionInfo?.requeueCount ?? 0), 0);
  const wrong = tasks.filter(
    ({ state, executionInfo }) =>
      state !== "completed" ||
      executionInfo?.exitCode !== 0 ||
      executionInfo.retryCount !== 0 ||
      executionInfo.requeueCount > 0 !== (executionInfo.lastRequeueTime !== undefined),
  );
  return { lost, wrong };
}

/** @param {number | undefined} pid */
function residentMebibytes(pid) {
  const [, kibibytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kibibytes) / 1_024);
}
