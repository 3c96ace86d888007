import { BatchOutputsError } from "../../core/index.js";
import { outputPathFor, TaskOutputKind } from "../../conventions/index.js";

/** The files that Batch itself writes into a task's folder: the command's output, and the results of `OutputFile`s. */
const logsOfBatch = ["stdout.txt", "stderr.txt", "fileuploadout.txt", "fileuploaderr.txt"];

/**
 * Whether the name of a file on the node is that of one of Batch's logs, or of a file in the task's working directory.
 */
export function isLogOrWork(name: string): boolean {
  return logsOfBatch.includes(name) || name.startsWith("wd/");
}

/** Returns the name with `/` between its segments: a node with Windows uses backslashes. */
export function toSlashes(name: string): string {
  return name.replaceAll("\\", "/");
}

/**
 * Determines the output for a file of a task, as the task itself would have saved it: a file of the working directory
 * as `workKind`, under its path in that directory; a file of the parent folder as TaskLog.
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
      `${name} would be saved under the same path as Batch's own ${path}, as ${workKind}; save it as another kind.`,
      { kind: workKind, path },
    );
  }
  return { kind: workKind, path };
}
