/** The origin of a record: `batch-outputs run`, a program (`recordRun`), or the Batch service (recorded by `batch-outputs rescue`). */
export type TaskRunSource = "run" | "program" | "batch";

/** `ended` also for a run that was never started and never will be: then `failure` says why. */
export type TaskRunState = "running" | "ended";

/** Why a task failed, in the words of the Batch service. */
export interface TaskRunFailure {
  readonly category?: string;
  readonly code?: string;
  /** The message of the code: the same for all failures with this code. */
  readonly message?: string;
  /** What is known of this failure, such as that the task exceeded its `maxWallClockTime`. */
  readonly details?: string;
}

/** What a run saved. */
export interface TaskRunSaved {
  readonly outputs: number;
  readonly bytes: number;
}

/** What a run could not save. */
export interface TaskRunSaveFailures {
  readonly count: number;
  /** The first five messages, without credentials. */
  readonly messages: readonly string[];
}

/** What a program knows of its run. */
export interface TaskRunDetails {
  readonly exitCode?: number | undefined;
  /** The signal that ended the command, such as `SIGKILL`. */
  readonly signal?: string | undefined;
  readonly failure?: TaskRunFailure | undefined;
  readonly nodeId?: string | undefined;
  readonly poolId?: string | undefined;
  /** How often Batch had retried the task before, if known. */
  readonly retryCount?: number | undefined;
  /** Program and arguments. Remove secrets from it. */
  readonly command?: readonly string[] | undefined;
  readonly saved?: TaskRunSaved | undefined;
  readonly saveFailures?: TaskRunSaveFailures | undefined;
}

/** What was recorded of one run of a task, which is one attempt. */
export interface TaskRun extends TaskRunDetails {
  readonly runId: string;
  readonly taskId: string;
  readonly jobId?: string | undefined;
  readonly source: TaskRunSource;
  readonly state: TaskRunState;
  /** Absent for a task that no node ran. */
  readonly startedAt?: Date | undefined;
  readonly endedAt?: Date | undefined;
  /** When the record was last written; for a run that was killed, a time at which it still ran. */
  readonly recordedAt?: Date | undefined;
}
