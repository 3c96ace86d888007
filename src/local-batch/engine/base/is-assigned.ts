import type { TaskRecord } from "../../state/records.js";

/** Whether it is on a node now. */
export function isAssigned(task: TaskRecord): boolean {
  return task.state === "preparing" || task.state === "running";
}
