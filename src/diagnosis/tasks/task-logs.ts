import type { OutputFileReference } from "../../outputs/index.js";
import type { OfTask } from "./join-tasks.js";

/** The maximum number of logs per task. */
const maxLogs = 4;

/**
 * Collects the logs of each task, ordered by how likely they contain errors: none of a task that has saved only other
 * outputs. Logs of earlier attempts are omitted.
 */
export async function* collectTaskLogs(
  outputs: AsyncIterable<OutputFileReference>,
): AsyncGenerator<OfTask<readonly OutputFileReference[]>> {
  let current: { readonly taskId: string; readonly value: OutputFileReference[] } | undefined;
  for await (const output of outputs) {
    const { taskId } = output;
    if (taskId === undefined) continue;
    if (taskId !== current?.taskId) {
      if (current) yield current;
      current = { taskId, value: [] };
    }
    if (!isLog(output) || output.log?.attempt !== undefined) continue;
    const logs = current.value;
    logs.push(output);
    logs.sort((one, other) => rankLog(one) - rankLog(other));
    if (logs.length > maxLogs) logs.length = maxLogs;
  }
  if (current) yield current;
}

/** Whether an output is a log: by its kind, or by its name. */
export function isLog({ kind, filePath }: Pick<OutputFileReference, "kind" | "filePath">): boolean {
  return /log$/i.test(kind) || /(?:^|\/)std(?:out|err)\.txt$/.test(filePath);
}

function rankLog({ filePath, size = 0 }: OutputFileReference): number {
  if (size === 0) return 9;
  if (/(?:^|\/)stderr\b/.test(filePath)) return 0;
  if (/(?:^|\/)stdout\b/.test(filePath)) return 1;
  return /\.(?:err|log|txt)$/.test(filePath) ? 2 : 3;
}
