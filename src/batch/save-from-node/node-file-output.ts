import { BatchOutputsError } from "../../core/index.js";
import { outputPathFor, TaskOutputKind } from "../../conventions/index.js";

/** The files that Batch itself writes into a task's folder: the command's output, and the results of `OutputFile`s. */
const logsOfBatch = ["stdout.txt", "stderr.txt", "fileuploadout.txt", "fileuploaderr.txt"];

/** Whether a file of a task, by its name on the node, is one of Batch's logs, or in the task's working directory. */
export function isLogOrWork(name: string): boolean {
  return logsOfBatch.includes(name) || name.startsWith("wd/");
}

/** The name with `/` between its segments, also from a node with Windows. */
export function toSlashes(name: string): string {
  return name.replaceAll("\\", "/");
}

/**
 * Determines the output for a file of a task, as the task itself would have saved it: a file of the working directory
 * under its path there, as `workKind`; a file beside it, one folder up, as TaskLog.
 *
 * @throws RangeError for a name that cannot be an output path; BatchOutputsError `DestinationConflict` if a file of the
 * working directory has the output path of one of Batch's logs.
 */
export function parseNodeFileOutput(name: string, workKind: string): { kind: string; path: string } {
  if (!name.startsWith("wd/"))
    return { kind: TaskOutputKind.TaskLog, path: outputPathFor(name, { argumentName: "name" }) };
  const path = outputPathFor(name.slice("wd/".length), { argumentName: "name" });
  if (workKind === TaskOutputKind.TaskLog && logsOfBatch.includes(path)) {
    throw new BatchOutputsError(
      "DestinationConflict",
      `${name} would be saved under the same path as Batch's own ${path}, as ${workKind}; it needs another kind.`,
      { kind: workKind, path },
    );
  }
  return { kind: workKind, path };
}
