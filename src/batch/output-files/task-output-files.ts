import { argumentTypeError } from "../../core/index.js";
import { TaskOutputKind } from "../../conventions/index.js";
import { type OutputFile, outputFile, type OutputFileSource } from "./output-file.js";
import type { OutputFileDestination } from "./output-file-destination.js";

/** A pattern, and how Batch saves the files that match it. */
export type TaskOutputPattern = string | Omit<OutputFileSource, "kind">;

/** The argument of `taskOutputFiles`. */
export interface TaskOutputFilesValues extends OutputFileDestination {
  /** The files to save, by output kind. */
  outputs?: Readonly<Record<string, TaskOutputPattern | readonly TaskOutputPattern[]>> | undefined;
  /**
   * The files to save as TaskLog, whatever the task's result: `../std*.txt` by default, which contain the command's
   * standard output and error. False for none.
   */
  logs?: string | readonly string[] | false | undefined;
  /** For `outputs` without their own condition; `taskcompletion` by default. */
  uploadCondition?: OutputFileSource["uploadCondition"];
}

/**
 * Creates the `OutputFile`s for a task's logs and its outputs by kind. For `outputFiles` of a task.
 *
 * @throws TypeError, RangeError like {@link outputFile}, and if no task is given.
 *
 * @example
 * ```ts
 * const outputFiles = taskOutputFiles({
 *   containerUrl,
 *   taskId: "frame-12",
 *   outputs: { TaskOutput: "results/*.csv", TaskPreview: ["*.png", "*.webp"] },
 * });
 * ```
 */
export function taskOutputFiles(values: TaskOutputFilesValues): OutputFile[] {
  const { outputs = {}, logs = "../std*.txt", uploadCondition, ...destination } = values;
  const { storage, taskId } = destination;
  const hasTask = taskId !== undefined || (storage !== undefined && "taskId" in storage);
  if (!hasTask) throw argumentTypeError("storage", "must be that of a task, or taskId must be given");
  const logFiles = toList(logs === false ? [] : logs).map((pattern) =>
    outputFile({ ...destination, pattern, kind: TaskOutputKind.TaskLog }),
  );
  const outputFiles = Object.entries(outputs).flatMap(([kind, patterns]) =>
    toList(patterns).map((pattern) => {
      const source = typeof pattern === "string" ? { pattern } : pattern;
      return outputFile({ uploadCondition, ...destination, ...source, kind });
    }),
  );
  return [...logFiles, ...outputFiles];
}

function toList<T extends string | object>(values: T | readonly T[]): readonly T[] {
  return Array.isArray(values) ? (values as readonly T[]) : [values as T];
}
