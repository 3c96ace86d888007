/** The origin of a record: `batch-outputs run`, a program (`recordRun`), or the Batch service (recorded by `batch-outputs rescue`). */
export type TaskRunSource = "run" | "program" | "batch";

/** `ended` also for a run that did not start and will not start: then `failure` has the reason. */
export type TaskRunState = "running" | "ended";

/** Why a task failed, in the words of the Batch service. */
export interface TaskRunFailure {
  /** `UserError` or `ServerError`. */
  readonly category?: string;
  /** The error code of the service, such as `FailureExitCode`. */
  readonly code?: string;
  /** The message for the code, the same for all failures with this code. */
  readonly message?: string;
  /** Details of this failure, such as that the task exceeded its `maxWallClockTime`. */
  readonly details?: string;
}

/** The number and size of the outputs that a run saved. */
export interface TaskRunSaved {
  /** How many outputs were saved. */
  readonly outputs: number;
  /** Their total size. */
  readonly bytes: number;
}

/** The files that a run could not save. */
export interface TaskRunSaveFailures {
  /** How many outputs could not be saved. */
  readonly count: number;
  /** The first five messages, without credentials. */
  readonly messages: readonly string[];
  /** Whether the run counts as succeeded nevertheless, as with `--on-save-failure warn`. Default: false. */
  readonly isTolerated?: boolean | undefined;
}

/** The details of a run that its program can record. */
export interface TaskRunDetails {
  /** The exit code of the command, if it has one. */
  readonly exitCode?: number | undefined;
  /** The signal that ended the command, such as `SIGKILL`. */
  readonly signal?: string | undefined;
  /** What Azure Batch says of the failure, if it was asked. */
  readonly failure?: TaskRunFailure | undefined;
  /** The node that ran the task. */
  readonly nodeId?: string | undefined;
  /** The pool of the node. */
  readonly poolId?: string | undefined;
  /** How often Batch had retried the task before, if known. */
  readonly retryCount?: number | undefined;
  /** Program and arguments. Remove secrets from them. */
  readonly command?: readonly string[] | undefined;
  /** What the run saved. */
  readonly saved?: TaskRunSaved | undefined;
  /** What it could not save. A run with the exit code 0 has failed because of it, unless it is tolerated. */
  readonly saveFailures?: TaskRunSaveFailures | undefined;
}

/** The record of one run of a task, which is one attempt. */
export interface TaskRun extends TaskRunDetails {
  /** The id of the run, unique in its task. */
  readonly runId: string;
  /** The task that ran. */
  readonly taskId: string;
  /** The job of the task, if the record names it. */
  readonly jobId?: string | undefined;
  /** Who wrote the record. */
  readonly source: TaskRunSource;
  /** Whether it runs, or how it ended. */
  readonly state: TaskRunState;
  /** Absent for a task that no node ran. */
  readonly startedAt?: Date | undefined;
  /** When the command ended. Absent while it runs. */
  readonly endedAt?: Date | undefined;
  /** When the record was last written; for a run that was killed, a time at which it still ran. */
  readonly recordedAt?: Date | undefined;
}
