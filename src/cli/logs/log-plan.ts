import type { OutputStorage, SaveTrackedOptions } from "../../outputs/index.js";
import { describeStorage } from "../outputs/describe.js";

/** A growing file and the output that it is stored as. */
export interface LogPlan {
  readonly storage: OutputStorage<string>;
  readonly kind: string;
  readonly sourcePath: string;
  /** The output path. */
  readonly path: string;
  readonly options: Pick<
    SaveTrackedOptions,
    | "flushIntervalInMs"
    | "adaptive"
    | "onExisting"
    | "attemptId"
    | "allowMissingSource"
    | "lineTimes"
    | "arrivals"
  >;
  /** The log is not opened before this resolves. */
  readonly after?: Promise<void>;
}

/** Prints the plan for `--dry-run` of commands that track files. */
export function describeTracking(log: LogPlan): string {
  return `would save ${log.sourcePath} while it grows as ${describeLog(log)}`;
}

/** `TaskLog "stdout.txt" of task t1 of job film`. */
export function describeLog({ storage, kind, path }: Omit<LogPlan, "sourcePath">): string {
  return `${kind} "${path}" of ${describeStorage(storage)}`;
}
