import { outputStoragePath } from "../../conventions/index.js";
import type { StoreContainer } from "../../storage/index.js";

/** The scope of outputs: a container, its job if the id is known, and the task, if any. */
export interface OutputScope {
  readonly container: StoreContainer;
  readonly jobId: string | undefined;
  readonly taskId: string | undefined;
}

/** The blob name prefix of all outputs of one kind, without a trailing slash. Throws naming `kind`. */
export function formatKindPrefix({ taskId }: OutputScope, kind: string): string {
  return outputStoragePath(taskId === undefined ? { kind } : { taskId, kind });
}

/** `task "t1" of job "j1"`, if both are known. */
export function describeScope({ container, jobId, taskId }: OutputScope): string {
  const job = jobId === undefined ? `the job of container "${container.name}"` : `job "${jobId}"`;
  return taskId === undefined ? job : `task "${taskId}" of ${job}`;
}
