import { setTimeout } from "node:timers/promises";
import type { BatchServiceClient, BatchServiceModels } from "@azure/batch";
import { TaskFailedError } from "./task-failed-error.js";

export interface RunFilmJobOptions {
  readonly jobId: string;
  readonly abortSignal: AbortSignal;
  readonly onTaskCompleted: (taskId: string) => void;
}

/**
 * Makes a pool and a job, waits until the tasks have succeeded, and deletes job and pool again, whatever happens: what tasks
 * kept is in storage.
 *
 * @throws TaskFailedError for the first task that fails.
 */
export async function runFilmJob(
  batch: BatchServiceClient,
  tasks: readonly BatchServiceModels.TaskAddParameter[],
  { jobId, abortSignal, onTaskCompleted }: RunFilmJobOptions,
): Promise<void> {
  await batch.pool.add(poolOf(jobId));
  try {
    await batch.job.add({ id: jobId, poolInfo: { poolId: jobId }, usesTaskDependencies: true });
    try {
      await addTasks(batch, jobId, tasks);
      const waiting = new Set(tasks.map(({ id }) => id));
      while (waiting.size > 0) {
        abortSignal.throwIfAborted();
        for await (const task of completedTasks(batch, jobId)) {
          if (!waiting.delete(task.id ?? "")) continue;
          if (task.executionInfo?.result === "failure")
            throw await TaskFailedError.ofTask(batch, jobId, task);
          onTaskCompleted(task.id ?? "");
        }
        if (waiting.size > 0) await setTimeout(500, undefined, { signal: abortSignal });
      }
    } finally {
      await batch.job.deleteMethod(jobId);
    }
  } finally {
    await batch.pool.deleteMethod(jobId);
  }
}

/** A node with two slots, the tasks' code, and Node.js. */
function poolOf(id: string): BatchServiceModels.PoolAddParameter {
  return {
    id,
    vmSize: "standard_d2s_v3",
    virtualMachineConfiguration: {
      imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server", version: "latest" },
      nodeAgentSKUId: "batch.node.ubuntu 24.04",
    },
    targetDedicatedNodes: 1,
    taskSlotsPerNode: 2,
    applicationPackageReferences: [
      { applicationId: "film", version: "1.0" },
      { applicationId: "batch-outputs", version: "1.0" },
    ],
    startTask: {
      commandLine: "/bin/sh -c 'command -v node || snap install node --classic --channel=22'",
      userIdentity: { autoUser: { scope: "pool", elevationLevel: "admin" } },
      waitForSuccess: true,
    },
  };
}

/** The service takes a hundred at a time. */
async function addTasks(
  batch: BatchServiceClient,
  jobId: string,
  tasks: readonly BatchServiceModels.TaskAddParameter[],
): Promise<void> {
  for (let first = 0; first < tasks.length; first += 100) {
    const answer = await batch.task.addCollection(jobId, tasks.slice(first, first + 100));
    const refused = answer.value?.find(({ status }) => status.toLowerCase() !== "success");
    if (refused)
      throw new Error(
        `Task ${refused.taskId} was refused: ${refused.error?.message?.value ?? refused.status}`,
      );
  }
}

async function* completedTasks(
  batch: BatchServiceClient,
  jobId: string,
): AsyncGenerator<BatchServiceModels.CloudTask> {
  const taskListOptions = { filter: "state eq 'completed'", select: "id,executionInfo" };
  let page = await batch.task.list(jobId, { taskListOptions });
  yield* page;
  while (page.odatanextLink !== undefined) {
    page = await batch.task.listNext(page.odatanextLink);
    yield* page;
  }
}
