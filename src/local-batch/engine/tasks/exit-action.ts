import type { GivenExitConditions, GivenExitOptions } from "../../api/task-shapes.js";

/** How a task ended, as far as its exit conditions tell endings apart. */
export interface Ending {
  /** Absent when the task's program was never run. */
  readonly exitCode?: number | undefined;
  /** The code of its `failureInfo`. */
  readonly failureCode?: string | undefined;
}

export interface ExitAction {
  readonly job: "none" | "disable" | "terminate";
  readonly dependency: "satisfy" | "block";
}

/**
 * What a task's ending does to its job and to the tasks that depend on it.
 *
 * An exit code that is listed goes first, also before a file upload error. `default` is for every other failure. What no
 * condition says is the service's own default: a success satisfies and does nothing to the job, a failure blocks and would
 * terminate the job (where the job's `onTaskFailure` asks for actions at all). Source: the REST API's `ExitConditions`.
 */
export function exitAction(conditions: GivenExitConditions | undefined, ending: Ending): ExitAction {
  const succeeded = ending.exitCode === 0 && ending.failureCode === undefined;
  const options = chosenOptions(conditions ?? {}, ending, succeeded);
  return {
    job: options?.jobAction ?? (succeeded ? "none" : "terminate"),
    dependency: options?.dependencyAction ?? (succeeded ? "satisfy" : "block"),
  };
}

function chosenOptions(
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
