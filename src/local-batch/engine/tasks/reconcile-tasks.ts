import { rm } from "node:fs/promises";
import type { TaskRecord } from "../../state/records.js";
import { isAssigned } from "../base/is-assigned.js";
import { requeueTask } from "./change-task.js";
import { type EngineContext, getGraceInMs } from "../base/engine-context.js";
import { endFormerInstances } from "./run-instances.js";
import { getSlotDemand, resumeTask, getTaskKey } from "./scheduler.js";

/**
 * Ends the processes of tasks that must not run any more, removes deleted tasks, and continues tasks that an earlier
 * service has left on a node.
 */
export function reconcileTasks(context: EngineContext): void {
  const { state, activities, queue } = context;
  for (const activity of activities) {
    const { jobId, taskId } = activity;
    if (jobId === undefined || taskId === undefined) continue;
    const task = state.tasks.get(jobId, taskId);
    if (!task || !isAssigned(task)) activity.interrupt({ kind: "drop", graceInMs: getGraceInMs(context) });
  }
  for (const { id: jobId } of state.jobs) {
    for (const taskId of queue.listDeleting(jobId)) {
      const task = state.tasks.get(jobId, taskId);
      const key = getTaskKey({ jobId, taskId });
      // Not a valid task id, so that it differs from the keys of tasks.
      if (task) activities.start(key, { jobId }, () => deleteTask(context, task));
    }
    for (const taskId of queue.listAssigned(jobId)) {
      if (!activities.has(getTaskKey({ jobId, taskId }))) resume(context, jobId, taskId);
    }
  }
}

function resume(context: EngineContext, jobId: string, taskId: string): void {
  const { state } = context;
  const [job, task] = [state.jobs.get(jobId), state.tasks.get(jobId, taskId)];
  if (!job || !task) return;
  const { node, id } = task;
  if (task.given.multiInstanceSettings) {
    context.activities.start(getTaskKey({ jobId, taskId }), { jobId }, () =>
      endFormerInstances(context, task),
    );
    return;
  }
  const pool = node && state.pools.get(node.poolId);
  if (!pool || !state.nodes.get(node.poolId, node.nodeId)) {
    requeueTask(context, { jobId, taskId });
    return;
  }
  const { taskSlotsPerNode: slotsPerNode = 1 } = pool.given;
  resumeTask(context, { jobId, taskId: id }, node, getSlotDemand(job, task, { slotsPerNode }).slots);
}

async function deleteTask({ state, folders }: EngineContext, { jobId, id, node }: TaskRecord): Promise<void> {
  if (node) {
    await rm(folders.task(node, jobId, id), { recursive: true, force: true });
    await rm(folders.exitStatus(node, jobId, id), { force: true });
  }
  if (state.tasks.get(jobId, id)?.state === "deleting") state.tasks.delete(jobId, id);
}
