/**
 * Measures the cost of a task in the local Batch service: `npm run build && node bench/local-batch.mjs [TASKS]`. Runs tasks that do nothing
 * on 4 nodes of 2 slots, and for comparison starts the same commands from a loop with the same concurrency, which is the
 * cost of the processes alone. The service runs in a separate process, whose CPU time and memory are shown.
 */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { BatchServiceClient, BatchSharedKeyCredentials } from "@azure/batch";

const taskCount = Number(process.argv[2] ?? 1_000);
const slots = 8;

if (process.send) await serve();
else await measure();

/** Runs in the child process. */
async function serve() {
  const { startLocalBatch } = await import("../dist/local-batch/index.js");
  const service = await startLocalBatch({ folder: process.env["BENCH_FOLDER"] });
  process.send?.({ endpoint: service.endpoint, key: service.accountKey, name: service.accountName });
  await once(process, "message");
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000 });
  await service.close();
  process.disconnect();
}

async function measure() {
  const bare = await timed(startOneByOne);
  show("processes alone", bare, {});
  const folder = mkdtempSync(join(tmpdir(), "local-batch-bench-"));
  const child = fork(import.meta.filename, { env: { ...process.env, BENCH_FOLDER: folder } });
  try {
    const { endpoint, key, name } = await heardFrom(child);
    const client = new BatchServiceClient(
      new BatchSharedKeyCredentials(String(name), String(key)),
      String(endpoint),
    );
    const served = await timed(() => runJob(client));
    const rss = peakMebibytes(child.pid ?? 0);
    child.send("done");
    const { cpuMs } = await heardFrom(child);
    show("local Batch service", served, {
      "CPU ms a task, service": Number(cpuMs) / taskCount,
      "peak MiB": rss,
    });
    console.log(`its own overhead: ${((served - bare) / taskCount).toFixed(2)} ms a task`);
  } finally {
    if (child.exitCode === null) await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startOneByOne() {
  let left = taskCount;
  const slot = async () => {
    while (left-- > 0) await once(spawn("/bin/true", { stdio: "ignore" }), "exit");
  };
  await Promise.all(Array.from({ length: slots }, slot));
}

/** @param {BatchServiceClient} client */
async function runJob(client) {
  await client.pool.add({
    id: "p",
    vmSize: "standard_d2s_v3",
    targetDedicatedNodes: 4,
    taskSlotsPerNode: slots / 4,
    virtualMachineConfiguration: {
      imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server" },
      nodeAgentSKUId: "batch.node.ubuntu 22.04",
    },
  });
  await client.job.add({ id: "j", poolInfo: { poolId: "p" } });
  const tasks = Array.from({ length: taskCount }, (_, index) => ({
    id: `t${index}`,
    commandLine: "/bin/true",
  }));
  for (let start = 0; start < taskCount; start += 100)
    await client.task.addCollection("j", tasks.slice(start, start + 100));
  for (;;) {
    const { taskCounts } = await client.job.getTaskCounts("j");
    if (taskCounts.completed === taskCount) return;
    await setTimeout(20);
  }
}

/**
 * @param {() => Promise<void>} work
 * @returns {Promise<number>} milliseconds
 */
async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<Record<string, unknown>>}
 */
async function heardFrom(child) {
  const heard = /** @type {Record<string, unknown>[]} */ (await once(child, "message"));
  return heard[0] ?? {};
}

/** @param {number} processId */
function peakMebibytes(processId) {
  if (process.platform !== "linux") return NaN;
  const status = readFileSync(`/proc/${processId}/status`, "latin1");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1_024);
}

/**
 * @param {string} what
 * @param {number} milliseconds
 * @param {Record<string, number>} more
 */
function show(what, milliseconds, more) {
  const numbers = Object.entries(more).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  const each = `${(milliseconds / taskCount).toFixed(2)} ms a task`;
  console.log([what, `${taskCount} tasks`, each, ...numbers].join(" | "));
}
