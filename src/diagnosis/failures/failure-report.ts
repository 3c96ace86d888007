import type { OutcomeSources } from "../tasks/task-outcomes.js";

/** A task that failed, with what is known of it. */
export interface TaskFailure {
  readonly taskId: string;
  /** How many attempts of it are known. */
  readonly attempts: number;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** The Batch service's code, such as `FileUploadContainerNotFound`; none for a command that failed by itself. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly nodeId?: string | undefined;
  /** When it ended, or when it was last heard of. */
  readonly at?: Date | undefined;
  /** Nothing tells that it failed but its log. */
  readonly isPresumed: boolean;
}

/** Lines of a log of a failed task. */
export interface FailureExample {
  readonly taskId: string;
  readonly kind?: string | undefined;
  readonly path?: string | undefined;
  /** The log that the lines are from. */
  readonly blobName?: string | undefined;
  readonly lines: readonly string[];
}

/** Failures of one cause: the same exit, the same words of the service, and the same error. */
export interface FailureGroup {
  /** The same for the same cause, also in another job. */
  readonly id: string;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  /** The explanation of the exit code. */
  readonly explanation?: string | undefined;
  /** The error line of the example; left out where no log has one. */
  readonly error?: string | undefined;
  /** The error without what differs between the tasks. */
  readonly pattern?: string | undefined;
  readonly count: number;
  /** Of all failures, from 0 to 1. */
  readonly share: number;
  readonly firstAt?: Date | undefined;
  readonly lastAt?: Date | undefined;
  /** The nodes with the most failures of this cause, at most three. */
  readonly nodes: readonly { readonly nodeId: string; readonly count: number }[];
  /** The node that most of these failures are on, if other nodes ran tasks too. */
  readonly concentratedOn?: string | undefined;
  readonly example?: FailureExample | undefined;
  /** The newest first. */
  readonly taskIds: readonly string[];
}

/** Why tasks of a job failed. */
export interface FailureReport extends OutcomeSources {
  readonly jobId: string | undefined;
  readonly counts: {
    readonly tasks: number;
    readonly succeeded: number;
    readonly failed: number;
    /** Of `failed`: those of which only the log says so. */
    readonly presumed: number;
    readonly running: number;
    readonly waiting: number;
    readonly unknown: number;
    /** Of `succeeded`: those that failed before. */
    readonly recovered: number;
  };
  /** The largest first. */
  readonly groups: readonly FailureGroup[];
  /** Tasks that succeeded after an attempt that failed. */
  readonly recoveredTaskIds: readonly string[];
  /** Failures beyond the limit, whose logs were not read. */
  readonly unreadCount: number;
  /** Logs that could not be read. */
  readonly unreadableCount: number;
}
