/** The tasks whose files a suggested `rescue` saves. */
interface RescuedTasks {
  /** `undefined` if it is not known, as in a container of another name. */
  readonly jobId: string | undefined;
  /** All failed tasks of the job if omitted. */
  readonly taskId?: string;
  /** Whether the task has succeeded, so that its files are complete. */
  readonly hasSucceeded?: boolean;
}

/**
 * Formats the command that saves the files of tasks from their nodes. Files of a task that has not succeeded may be half-written, and get
 * a kind of their own, so that a download of results does not contain them.
 */
export function formatRescueCommand({ jobId, taskId, hasSucceeded = false }: RescuedTasks): string {
  const job = jobId === undefined ? "" : ` --job ${jobId}`;
  const task = taskId === undefined ? "" : ` --task ${taskId}`;
  return `batch-outputs rescue${job}${task}${hasSucceeded ? "" : " --kind TaskIntermediate"}`;
}
