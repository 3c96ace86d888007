import type { TaskRunSaveFailures } from "../../outputs/index.js";
import type { OutcomeSources } from "../tasks/task-outcomes.js";

/** A task that failed, or one with an unknown result whose log may show that it failed. */
export interface TaskFailure {
  readonly taskId: string;
  /** The number of known attempts. */
  readonly attempts: number;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** The Batch service's code, such as `FileUploadContainerNotFound`; absent for a command that failed itself. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** The service's details, unless they only say that the exit code is not 0. */
  readonly details?: string | undefined;
  /** What was not saved, if nothing else is known to have failed: the command ended with 0. */
  readonly saveFailures?: TaskRunSaveFailures | undefined;
  /** The recorded command. */
  readonly command?: readonly string[] | undefined;
  /** Whether a log of it is stored. */
  readonly hasLogs: boolean;
  readonly nodeId?: string | undefined;
  /** When it ended, or the time of its last record or log. */
  readonly at?: Date | undefined;
  /** Whether only its log shows that it failed. */
  readonly isPresumed: boolean;
  /** Why some of its logs could not be read. */
  readonly unreadable?: UnreadableLogs | undefined;
}

/** Why logs could not be read: they are archived, or were deleted, replaced or damaged. */
export type UnreadableLogs = "archived" | "other";

/** Lines of a log of a failed task; or, if its outputs were not saved, the messages that say why. */
export interface FailureExample {
  readonly taskId: string;
  readonly kind?: string | undefined;
  readonly path?: string | undefined;
  /** The log that the lines are from. */
  readonly blobName?: string | undefined;
  readonly lines: readonly string[];
}

/** Failures with one cause: the same exit, the same code and details of the service, and the same error. */
export interface FailureGroup {
  /** Identifies the cause, also across jobs. */
  readonly id: string;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  /** The Batch service's message for the failure; otherwise the explanation of the exit code. */
  readonly explanation?: string | undefined;
  /** The error line of the example, or why its first output was not saved; absent if no log has one. */
  readonly error?: string | undefined;
  /** The error without the parts that differ between tasks. */
  readonly pattern?: string | undefined;
  /** What the example did not save, if that is the cause: the command ended with 0. */
  readonly saveFailures?: TaskRunSaveFailures | undefined;
  readonly count: number;
  /** The number of these failures of which no log is stored. */
  readonly withoutLogsCount: number;
  /** The number of these failures whose logs are archived, so that their errors are not known. */
  readonly archivedCount: number;
  /** The share of all failures, from 0 to 1. */
  readonly share: number;
  readonly firstAt?: Date | undefined;
  readonly lastAt?: Date | undefined;
  /** The nodes with the most failures of this cause, at most three. */
  readonly nodes: readonly { readonly nodeId: string; readonly count: number }[];
  /**
   * The node of at least 80 % of these failures, if there are at least five of them, and if the other nodes together
   * ran at least as many tasks as this one.
   */
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
    /** The number of failed tasks whose failure only their logs show. */
    readonly presumed: number;
    readonly running: number;
    readonly waiting: number;
    readonly unknown: number;
    /** The number of succeeded tasks with an earlier attempt that failed. */
    readonly recovered: number;
  };
  /** The largest first. */
  readonly groups: readonly FailureGroup[];
  /** Tasks that succeeded after an attempt that failed. */
  readonly recoveredTaskIds: readonly string[];
  /** Tasks beyond the limit, which were not examined. */
  readonly unreadCount: number;
  /** Tasks with logs and an unknown result, whose logs were not searched because of `includeUnknown`. */
  readonly notSearchedCount: number;
  /** The number of failed tasks whose cause is not known, because no log of them is stored. */
  readonly withoutLogsCount: number;
  /** The number of tasks of which some logs could not be read. */
  readonly unreadableCount: number;
  /** The part of `unreadableCount` with archived logs, which can be read after they are rehydrated. */
  readonly archivedCount: number;
}
