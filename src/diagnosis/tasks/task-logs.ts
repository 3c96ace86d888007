import type { OperationOptions } from "../../core/index.js";
import type { JobOutputStorage, OutputFileReference } from "../../outputs/index.js";

/** The maximum number of logs per task. */
const maxLogs = 4;

/** Returns the logs of each task, ordered by how likely they contain errors. Logs of earlier attempts are omitted. */
export async function readTaskLogs(
  job: JobOutputStorage,
  options: OperationOptions,
): Promise<Map<string, OutputFileReference[]>> {
  const byTask = new Map<string, OutputFileReference[]>();
  for await (const output of job.listAllOutputs(options)) {
    const { taskId } = output;
    if (taskId === undefined || !isLog(output) || output.log?.attempt !== undefined) continue;
    const logs = byTask.get(taskId) ?? [];
    byTask.set(taskId, logs);
    logs.push(output);
    logs.sort((one, other) => rankLog(one) - rankLog(other));
    if (logs.length > maxLogs) logs.length = maxLogs;
  }
  return byTask;
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
