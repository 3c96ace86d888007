import type { OutputStorage, SaveTrackedOptions } from "../../outputs/index.js";
import { describeStorage } from "../outputs/describe.js";

/** A growing file, and under which name it is kept live. */
export interface LogPlan {
  readonly storage: OutputStorage<string>;
  readonly kind: string;
  readonly sourcePath: string;
  /** The output path. */
  readonly path: string;
  readonly options: Pick<
    SaveTrackedOptions,
    "flushIntervalInMs" | "adaptive" | "onExisting" | "allowMissingSource"
  >;
  /** What has to be done before it is opened. */
  readonly after?: Promise<void>;
}

/** For `--dry-run` of what tracks files. */
export function trackingLine(log: LogPlan): string {
  return `would keep ${log.sourcePath} live as ${describeLog(log)}`;
}

/** `TaskLog "stdout.txt" of task t1 of job film`. */
export function describeLog({ storage, kind, path }: Omit<LogPlan, "sourcePath">): string {
  return `${kind} "${path}" of ${describeStorage(storage)}`;
}
