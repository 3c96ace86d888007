import type { GivenExitConditions, GivenExitOptions } from "../given.js";
import { sameWord } from "../given.js";

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
    job: jobAction(options?.jobAction, succeeded),
    dependency: dependencyAction(options?.dependencyAction, succeeded),
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

function jobAction(given: string | undefined, succeeded: boolean): ExitAction["job"] {
  for (const action of ["none", "disable", "terminate"] as const) {
    if (sameWord(given, action)) return action;
  }
  return succeeded ? "none" : "terminate";
}

function dependencyAction(given: string | undefined, succeeded: boolean): ExitAction["dependency"] {
  for (const action of ["satisfy", "block"] as const) {
    if (sameWord(given, action)) return action;
  }
  return succeeded ? "satisfy" : "block";
}
