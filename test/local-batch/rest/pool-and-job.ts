import type { LocalBatch } from "../../../src/local-batch/index.js";
import { batchRequest } from "../support/batch-requests.js";
import { eventually } from "../support/wait.js";

/** The body of "add pool". */
export function poolBody(id: string, nodeCount: number): Record<string, unknown> {
  return {
    id,
    vmSize: "standard_d2s_v3",
    virtualMachineConfiguration: {
      imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server", version: "latest" },
      nodeAgentSKUId: "batch.node.ubuntu 24.04",
    },
    targetDedicatedNodes: nodeCount,
  };
}

/** A pool without nodes and an active job on it: tasks stay active. */
export async function addIdleJob(service: LocalBatch, job: Record<string, unknown> = {}): Promise<void> {
  await batchRequest(service, "POST", "/pools", { body: poolBody("empty", 0) });
  await batchRequest(service, "POST", "/jobs", {
    body: { id: "film", poolInfo: { poolId: "empty" }, ...job },
  });
}

/** A pool with one node, a job, and a task that has run. */
export async function runTask(service: LocalBatch, task: Record<string, unknown>): Promise<void> {
  await batchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  await batchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  await batchRequest(service, "POST", "/jobs/film/tasks", { body: { id: "task", ...task } });
  await eventually(
    async () => (await batchRequest(service, "GET", "/jobs/film/tasks/task")).body["state"],
    "completed",
  );
}
