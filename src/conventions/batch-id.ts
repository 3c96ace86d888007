import { argumentRangeError, quoted, requireText } from "../core/browser.js";

const taskIdPattern = /^[A-Za-z0-9_-]{1,64}$/;
const jobIdPattern = /^[A-Za-z0-9_:-]+$/;

/** Whether the text can be the id of a Batch task: 1 to 64 letters, digits, hyphens and underscores. */
export function isTaskId(text: string): boolean {
  return taskIdPattern.test(text);
}

/** Refuses what cannot be the id of a Batch task, before a blob is named after it. */
export function requireTaskId(taskId: unknown, argument = "taskId"): asserts taskId is string {
  requireText(taskId, argument);
  if (!isTaskId(taskId)) {
    throw argumentRangeError(
      argument,
      `must be the id of a Batch task (1 to 64 letters, digits, "-" and "_"), but is ${quoted(taskId)}`,
    );
  }
}

/**
 * Refuses what cannot be the id of a Batch job. A job that a job schedule made is called `scheduleId:job-1`: it has
 * a colon and may be longer than the 64 characters that Batch allows for ids it is given.
 */
export function requireJobId(jobId: unknown, argument = "jobId"): asserts jobId is string {
  requireText(jobId, argument);
  if (!jobIdPattern.test(jobId)) {
    throw argumentRangeError(
      argument,
      `must be the id of a Batch job (letters, digits, "-", "_", and ":" for a job of a schedule), but is ${quoted(jobId)}`,
    );
  }
}
