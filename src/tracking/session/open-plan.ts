import type { RetryPolicy } from "../../core/index.js";
import type { FileObservation } from "./file-observation.js";
import type { AppendLog } from "../log/append-log.js";
import type { LogBlobs } from "../log/log-target.js";
import type { ResumePlan } from "../source/resume/resume-plan.js";
import type { Source } from "../source/source.js";

/** What to do when a log (or anything else) is stored under the name already. */
export type OnExisting = "resume" | "keep" | "replace" | "fail";

/** The state of the store when tracking began, and the action that was taken. */
export interface TrackedFileOpening {
  /**
   * `created`: there was no log. `resumed`: the log is continued. `kept`: an earlier attempt's log was kept.
   * `replaced`: it was replaced.
   */
  readonly outcome: "created" | "resumed" | "kept" | "replaced";
  /** The number of bytes that were stored already: 0 unless resumed. */
  readonly position: number;
  /** The blob name of the earlier attempt's log, if it was kept. */
  readonly keptAs: string | undefined;
}

export interface OpenPlan {
  readonly blobs: LogBlobs;
  readonly blobName: string;
  readonly sourcePlan: ResumePlan;
  /** What has been seen of the file since tracking was requested. */
  readonly observation?: FileObservation | undefined;
  readonly onExisting: OnExisting;
  /** With an id, only a log with the same id is resumed. */
  readonly attemptId: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly blockLimit: number;
  readonly writeRetryPolicy: RetryPolicy;
  readonly openRetryPolicy: RetryPolicy;
}

export interface OpenedLog {
  readonly log: AppendLog;
  readonly source: Source;
  readonly opening: TrackedFileOpening;
  /** Whether the log already records that bytes may be missing before its beginning. */
  readonly isLossRecorded: boolean;
}
