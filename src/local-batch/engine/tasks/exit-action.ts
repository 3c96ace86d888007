import type { GivenExitConditions, GivenExitOptions } from "../../api/task-shapes.js";

/** The end of a task: the properties to which exit conditions refer. */
export interface Ending {
  /** Absent if the task's program was never run. */
  readonly exitCode?: number | undefined;
  /** The code of its `failureInfo`. */
  readonly failureCode?: string | undefined;
}

export interface ExitAction {
  readonly job: "none" | "disable" | "terminate";
  readonly dependency: "satisfy" | "block";
}

/**
 * Returns the effect of a task's end on its job and on the tasks that depend on it.
 *
 * A listed exit code takes precedence, also over a file upload error. `default` is for every other failure. Without a
 * condition, the service's defaults apply: a success satisfies and does nothing to the job, a failure blocks and would
 * terminate the job (if the job's `onTaskFailure` permits actions). Source: the REST API's `ExitConditions`.
 */
export function chooseExitAction(conditions: GivenExitConditions | undefined, ending: Ending): ExitAction {
  const succeeded = ending.exitCode === 0 && ending.failureCode === undefined;
  const options = chooseOptions(conditions ?? {}, ending, succeeded);
  return {
    job: options?.jobAction ?? (succeeded ? "none" : "terminate"),
    dependency: options?.dependencyAction ?? (succeeded ? "satisfy" : "block"),
  };
}

function chooseOptions(
  conditions: GivenExitConditions,
  { exitCode, failureCode }: Ending,
  succeeded: boolean,
): GivenExitOptions | undefined {
  const listed =
    exitCode === undefined
      ? undefined
      : (conditions.exitCodes?.find(({ code }) => code === exitCode) ??
        conditions.exitCodeRanges?.find(({ start, end }) => exitCode >= start && exitCode <= end));
  if (listed) return listed.exitOptions;
  if (succeeded) return undefined;
  if (failureCode?.startsWith("FileUpload")) return conditions.fileUploadError ?? conditions.default;
  if (exitCode === undefined) return conditions.preProcessingError ?? conditions.default;
  return conditions.default;
}
