import type { TaskOutcome } from "../tasks/task-outcomes.js";

/** Counts outcomes, task by task. */
export class OutcomeTally {
  readonly counts = { tasks: 0, succeeded: 0, running: 0, waiting: 0, unknown: 0, recovered: 0 };
  readonly recoveredTaskIds: string[] = [];
  /** The number of tasks that each node ran, successful ones included. */
  readonly tasksByNode = new Map<string, number>();

  count(outcome: TaskOutcome | undefined): void {
    const { counts } = this;
    const result = outcome?.result ?? "unknown";
    counts.tasks += 1;
    if (result !== "failed") counts[result] += 1;
    if (outcome?.isRecovered !== true) return;
    counts.recovered += 1;
    this.recoveredTaskIds.push(outcome.taskId);
  }

  countNode(outcome: TaskOutcome | undefined): void {
    const nodeId = outcome?.last?.nodeId;
    if (nodeId !== undefined) this.tasksByNode.set(nodeId, (this.tasksByNode.get(nodeId) ?? 0) + 1);
  }
}
