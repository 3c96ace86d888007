/**
 * The prefix of all times of lines in a job's container. Like the records of runs, they cannot be outputs of a task or of the job,
 * and are a single item in the listing of tasks.
 */
export const timesPrefix = ".batch-outputs/$LineTimes/";

/** Formats the blob name of the times of a log. `undefined` for an id that no log of this package has. */
export function formatTimesName(taskId: string | undefined, logId: string): string | undefined {
  return /^[\w-]{1,64}$/.test(logId) ? `${formatTimesPrefix(taskId)}${logId}.jsonl` : undefined;
}

/** The prefix of the times of the logs of a task, or of the job itself. */
export function formatTimesPrefix(taskId: string | undefined): string {
  return `${timesPrefix}${taskId ?? "$Job"}/`;
}
