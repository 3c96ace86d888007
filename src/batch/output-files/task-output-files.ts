import { argumentTypeError } from "../../core/index.js";
import { TaskOutputKind } from "../../conventions/index.js";
import { type OutputFile, outputFile, type OutputFileSource } from "./output-file.js";
import type { OutputFileDestination } from "./output-file-destination.js";

/** A pattern, and what Batch is to do with the files that match it. */
export type TaskOutputPattern = string | Omit<OutputFileSource, "kind">;

/** What `taskOutputFiles` makes `OutputFile`s of. */
export interface TaskOutputFilesValues extends OutputFileDestination {
  /** By output kind: the files that are saved as such. */
  outputs?: Readonly<Record<string, TaskOutputPattern | readonly TaskOutputPattern[]>> | undefined;
  /**
   * What is saved as TaskLog, however the task ended: `../std*.txt` by default, which is all that the command writes to its
   * standard output and error. False: nothing.
   */
  logs?: string | readonly string[] | false | undefined;
  /** For `outputs` that do not say their own; `taskcompletion` by default. */
  uploadCondition?: OutputFileSource["uploadCondition"];
}

/**
 * What Batch is to save of a task when it ends: its logs, and its outputs by kind. For `outputFiles` of a task.
 *
 * @throws TypeError, RangeError as {@link outputFile}; also without a task.
 */
export function taskOutputFiles(values: TaskOutputFilesValues): OutputFile[] {
  const { outputs = {}, logs = "../std*.txt", uploadCondition, ...place } = values;
  const hasTask = place.taskId !== undefined || (place.storage !== undefined && "taskId" in place.storage);
  if (!hasTask) throw argumentTypeError("storage", "must be that of a task, or taskId must be given");
  const logFiles = listOf(logs === false ? [] : logs).map((pattern) =>
    outputFile({ ...place, pattern, kind: TaskOutputKind.TaskLog }),
  );
  const outputFiles = Object.entries(outputs).flatMap(([kind, patterns]) =>
    listOf(patterns).map((pattern) => {
      const source = typeof pattern === "string" ? { pattern } : pattern;
      return outputFile({ uploadCondition, ...place, ...source, kind });
    }),
  );
  return [...logFiles, ...outputFiles];
}

function listOf<T extends string | object>(values: T | readonly T[]): readonly T[] {
  return Array.isArray(values) ? (values as readonly T[]) : [values as T];
}
