import { argumentTypeError } from "../../core/index.js";
import { requireJobId, requireTaskId, jobIdFromTaskUrl } from "../../conventions/index.js";

/** A job: its id, or an object with its id, such as that of any Batch client. */
export type JobHandle = string | { readonly id?: string | undefined };

/** A task: its id, or an object with its id, such as that of any Batch client. */
export type TaskHandle = string | { readonly id?: string | undefined; readonly url?: string | undefined };

/** Returns the id of a job. Throws an argument error that names `job`. */
export function parseJobHandle(job: JobHandle): string {
  const id = parseHandleId(job, "job");
  requireJobId(id.value, id.argument);
  return id.value;
}

/** Returns the id of a task. Throws an argument error that names `task`. */
export function parseTaskHandle(task: TaskHandle): string {
  const id = parseHandleId(task, "task");
  requireTaskId(id.value, id.argument);
  return id.value;
}

/** Reads the id of a task's job from the task's URL. Throws an argument error that names `task` or `url`. */
export function parseTaskJobId(task: TaskHandle): string {
  parseHandleId(task, "task");
  if (typeof task === "object" && typeof task.url === "string") return jobIdFromTaskUrl(task.url);
  throw argumentTypeError(
    "task",
    "must have the url that Batch gave it when the job is not given: pass the job as well, or a task with id and url",
  );
}

function parseHandleId(handle: unknown, argument: string): { value: unknown; argument: string } {
  if (typeof handle === "string") return { value: handle, argument };
  if (typeof handle === "object" && handle !== null && "id" in handle)
    return { value: handle.id, argument: `${argument}.id` };
  throw argumentTypeError(
    argument,
    `must be an id or an object with an id, but is ${handle === null ? "null" : typeof handle}`,
  );
}
