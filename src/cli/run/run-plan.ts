import type { LogPlan } from "../logs/log-plan.js";
import type { SaveUnit } from "../saving/save-unit.js";
import type { StreamLogPlan } from "../spool/spool-owner.js";
import type { TaskOutputStorage } from "../../outputs/index.js";

/** The settings of `run`, from its command line and its outputs file. */
export interface RunPlan {
  readonly task: TaskOutputStorage;
  /** Whether the run of the command is recorded as a run of the task. */
  readonly isRecorded: boolean;
  readonly command: string;
  readonly args: readonly string[];
  /** The logs of the command's streams; if undefined, the streams are only passed on. */
  readonly streams: { readonly stdout: StreamLogPlan; readonly stderr: StreamLogPlan } | undefined;
  /** Files that the command writes, stored while they grow. */
  readonly tracked: readonly LogPlan[];
  readonly createUnitsFor: (outcome: "success" | "failure" | "preempt") => readonly SaveUnit[];
  /** The signal that is sent to the command when its node will be preempted. */
  readonly preemptSignal: NodeJS.Signals | undefined;
  /** Kinds of outputs of earlier attempts that are restored before the command starts. */
  readonly restoreKinds: readonly string[];
  readonly spoolDirectory: string | undefined;
  readonly drainTimeInMs: number;
  readonly graceInMs: number;
  readonly giveUpAfterInMs: number;
  readonly onSaveFailure: "fail" | "warn";
  readonly isQuiet: boolean;
}
