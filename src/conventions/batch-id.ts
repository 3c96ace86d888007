import { argumentRangeError, quote, requireText } from "../core/browser.js";

const taskIdPattern = /^[A-Za-z0-9_-]{1,64}$/;
const jobIdPattern = /^[A-Za-z0-9_:-]+$/;

/** Whether the text is a legal id of a Batch task: 1 to 64 letters, digits, hyphens and underscores. */
export function isTaskId(text: string): boolean {
  return taskIdPattern.test(text);
}

/** Whether the text is a legal id of a Batch job. */
export function isJobId(text: string): boolean {
  return jobIdPattern.test(text);
}

/** Throws unless the value is a legal id of a Batch task. */
export function requireTaskId(taskId: unknown, argument = "taskId"): asserts taskId is string {
  requireText(taskId, argument);
  if (!isTaskId(taskId)) {
    throw argumentRangeError(
      argument,
      `must be the id of a Batch task (1 to 64 letters, digits, "-" and "_"), but is ${quote(taskId)}`,
    );
  }
}

/**
 * Throws unless the value is a legal id of a Batch job. The job of a job schedule is named `scheduleId:job-1`: it has a colon and
 * may exceed the 64 characters that Batch allows for ids of callers.
 */
export function requireJobId(jobId: unknown, argument = "jobId"): asserts jobId is string {
  requireText(jobId, argument);
  if (!isJobId(jobId)) {
    throw argumentRangeError(
      argument,
      `must be the id of a Batch job (letters, digits, "-", "_" and ":"), but is ${quote(jobId)}`,
    );
  }
}
