import { isAssigned } from "../base/is-assigned.js";
import type { TaskRecord } from "../../state/records.js";
import { applyProgress } from "../../state/stamps.js";
import type { EngineContext } from "../base/engine-context.js";
import { getTimestamp } from "../../state/clock.js";

/** A task on a node, by its record or by its processes. */
export interface TaskAddress {
  readonly jobId: string;
  readonly taskId: string;
}

/**
 * Changes a task while the engine owns it: assigned to a node and not completed. A client's change (terminated,
 * deleted, even added again) takes precedence, and the result is `undefined`.
 */
export function changeAssignedTask(
  { state }: EngineContext,
  { jobId, taskId }: TaskAddress,
  change: (task: TaskRecord) => Partial<TaskRecord>,
): TaskRecord | undefined {
  const task = state.tasks.get(jobId, taskId);
  if (!task || !isAssigned(task)) return undefined;
  const next = applyProgress(task, change(task));
  state.tasks.put(next);
  return next;
}

/**
 * Returns a task to the queue: it runs again, from its beginning, and that does not count as a retry. One that only
 * waited for its node to be prepared has not been run.
 */
export function requeueTask({ state }: EngineContext, { jobId, taskId }: TaskAddress): void {
  const task = state.tasks.get(jobId, taskId);
  if (!task || !isAssigned(task)) return;
  const { node: _, ...withoutNode } = task;
  const { retryCount, lastRetryTime, requeueCount } = task.run;
  const run = {
    retryCount,
    ...(lastRetryTime !== undefined && { lastRetryTime }),
    requeueCount: task.state === "preparing" ? requeueCount : requeueCount + 1,
    lastRequeueTime: getTimestamp(),
  };
  state.tasks.put(applyProgress<TaskRecord>(withoutNode, { state: "active", run }));
}
