/** The origin of a record: `batch-outputs run`, a program (`recordRun`), or the Batch service (recorded by `batch-outputs rescue`). */
export type TaskRunSource = "run" | "program" | "batch";

/** `ended` also for a run that did not start and will not start: then `failure` has the reason. */
export type TaskRunState = "running" | "ended";

/** Why a task failed, in the words of the Batch service. */
export interface TaskRunFailure {
  readonly category?: string;
  readonly code?: string;
  /** The message for the code, the same for all failures with this code. */
  readonly message?: string;
  /** Details of this failure, such as that the task exceeded its `maxWallClockTime`. */
  readonly details?: string;
}

/** The number and size of the outputs that a run saved. */
export interface TaskRunSaved {
  readonly outputs: number;
  readonly bytes: number;
}

/** The files that a run could not save. */
export interface TaskRunSaveFailures {
  readonly count: number;
  /** The first five messages, without credentials. */
  readonly messages: readonly string[];
}

/** The details of a run that its program can record. */
export interface TaskRunDetails {
  readonly exitCode?: number | undefined;
  /** The signal that ended the command, such as `SIGKILL`. */
  readonly signal?: string | undefined;
  readonly failure?: TaskRunFailure | undefined;
  readonly nodeId?: string | undefined;
  readonly poolId?: string | undefined;
  /** How often Batch had retried the task before, if known. */
  readonly retryCount?: number | undefined;
  /** Program and arguments. Remove secrets from them. */
  readonly command?: readonly string[] | undefined;
  readonly saved?: TaskRunSaved | undefined;
  readonly saveFailures?: TaskRunSaveFailures | undefined;
}

/** The record of one run of a task, which is one attempt. */
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
