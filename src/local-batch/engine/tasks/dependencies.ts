import type { TaskRecord } from "../../state/records.js";
import { chooseExitAction } from "./exit-action.js";

/**
 * The first task that this one waits for: it does not exist, has not ended, or ended in a way that blocks. `undefined`
 * if there is none. Ranges contain task ids that are integers without leading zeros.
 */
export function findFirstBlocker(
  task: TaskRecord,
  getTask: (taskId: string) => TaskRecord | undefined,
): string | undefined {
  const { taskIds = [], taskIdRanges = [] } = task.given.dependsOn ?? {};
  for (const id of taskIds) if (!isSatisfied(getTask(id))) return id;
  for (const { start, end } of taskIdRanges) {
    for (let id = start; id <= end; id++) if (!isSatisfied(getTask(String(id)))) return String(id);
  }
  return undefined;
}

/** Whether tasks that depend on this one may run. */
export function isSatisfied(task: TaskRecord | undefined): boolean {
  if (task?.state !== "completed") return false;
  const { exitCode, failureInfo } = task.run;
  const failureCode = failureInfo?.code;
  return chooseExitAction(task.given.exitConditions, { exitCode, failureCode }).dependency === "satisfy";
}
