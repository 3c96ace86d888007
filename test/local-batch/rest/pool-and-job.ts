import type { LocalBatch } from "../../../src/local-batch/index.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { expectEventually } from "../support/wait.js";

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
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("empty", 0) });
  await sendBatchRequest(service, "POST", "/jobs", {
    body: { id: "film", poolInfo: { poolId: "empty" }, ...job },
  });
}

/** A pool with one node, a job, and a task that has run. */
export async function runTask(service: LocalBatch, task: Record<string, unknown>): Promise<void> {
  await sendBatchRequest(service, "POST", "/pools", { body: poolBody("pool", 1) });
  await sendBatchRequest(service, "POST", "/jobs", { body: { id: "film", poolInfo: { poolId: "pool" } } });
  await sendBatchRequest(service, "POST", "/jobs/film/tasks", { body: { id: "task", ...task } });
  await expectEventually(
    async () => (await sendBatchRequest(service, "GET", "/jobs/film/tasks/task")).body["state"],
    "completed",
  );
}
