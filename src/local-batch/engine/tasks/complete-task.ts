import type { JobRecord, RunRecord, TaskRecord } from "../../state/records.js";
import { applyChange, applyProgress } from "../../state/stamps.js";
import { changeAssignedTask, type TaskAddress } from "./change-task.js";
import type { EngineContext } from "../base/engine-context.js";
import { chooseExitAction } from "./exit-action.js";
import type { FailureInfo } from "../base/failures.js";
import { getTimestamp } from "../../state/clock.js";

/** The final result of a task. */
export interface TaskEnd {
  readonly exitCode?: number;
  readonly failureInfo?: FailureInfo;
}

/**
 * Completes a task, and applies its exit action to its job in the same turn of the event loop, so that a crash cannot
 * separate the two.
 */
export function completeTask(context: EngineContext, address: TaskAddress, end: TaskEnd): void {
  const task = changeAssignedTask(context, address, ({ run }) => createEnd(run, end));
  if (!task) return;
  countOnNode(context, task);
  endJobWith(context, task);
}

/** Completes a task that no node can run. */
export function completeWaitingTask(context: EngineContext, waiting: TaskRecord, end: TaskEnd): void {
  const task = applyProgress(waiting, createEnd(waiting.run, end));
  context.state.tasks.put(task);
  endJobWith(context, task);
}

function createEnd(
  { process: _, ...run }: RunRecord,
  { exitCode, failureInfo }: TaskEnd,
): Partial<TaskRecord> {
  return {
    state: "completed",
    run: {
      ...run,
      endTime: getTimestamp(),
      ...(exitCode !== undefined && { exitCode }),
      result: failureInfo ? "failure" : "success",
      ...(failureInfo && { failureInfo }),
    },
  };
}

function endJobWith({ state }: EngineContext, task: TaskRecord): void {
  const job = state.jobs.get(task.jobId);
  const next = job?.state === "active" ? applyExitAction(job, task) : undefined;
  if (next) state.jobs.put(next);
}

function applyExitAction(job: JobRecord, task: TaskRecord): JobRecord | undefined {
  const { jobManagerTask, onTaskFailure } = job.given;
  if (jobManagerTask?.id.toLowerCase() === task.id.toLowerCase()) {
    if (jobManagerTask.killJobOnCompletion !== false)
      return applyChange(job, { state: "terminating", terminateReason: "JMComplete" });
  }
  if (onTaskFailure !== "performexitoptionsjobaction") return undefined;
  const { exitCode, failureInfo } = task.run;
  const { exitConditions } = task.given;
  const action = chooseExitAction(exitConditions, { exitCode, failureCode: failureInfo?.code }).job;
  if (action === "terminate")
    return applyChange(job, { state: "terminating", terminateReason: "TaskFailed" });
  if (action === "disable") return applyChange(job, { state: "disabling", disableTasks: "requeue" });
  return undefined;
}

const maxRecentTasks = 10;

function countOnNode({ state }: EngineContext, { jobId, id, node: address, run }: TaskRecord): void {
  const node = address && state.nodes.get(address.poolId, address.nodeId);
  if (!node) return;
  const { tasksRun = 0, tasksSucceeded = 0, recentTasks = [] } = node;
  state.nodes.put({
    ...node,
    tasksRun: tasksRun + 1,
    tasksSucceeded: tasksSucceeded + (run.result === "success" ? 1 : 0),
    recentTasks: [{ jobId, taskId: id, run }, ...recentTasks].slice(0, maxRecentTasks),
  });
}
