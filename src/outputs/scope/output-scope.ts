import { outputStoragePath } from "../../conventions/index.js";
import type { StoreContainer } from "../../storage/index.js";

/** Whose outputs an object is about: a container, its job where the id is known, and the task, if one. */
export interface OutputScope {
  readonly container: StoreContainer;
  readonly jobId: string | undefined;
  readonly taskId: string | undefined;
}

/** The blob name prefix of all outputs of one kind, without a slash at the end. Throws naming `kind`. */
export function formatKindPrefix({ taskId }: OutputScope, kind: string): string {
  return outputStoragePath(taskId === undefined ? { kind } : { taskId, kind });
}

/** `task "t1" of job "j1"`, as far as both are known. */
export function describeScope({ container, jobId, taskId }: OutputScope): string {
  const job = jobId === undefined ? `the job of container "${container.name}"` : `job "${jobId}"`;
  return taskId === undefined ? job : `task "${taskId}" of ${job}`;
}
