import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import {
  JobOutputKind,
  TaskOutputKind,
  type BatchOutputsClient,
  type DownloadOutputsResult,
} from "azure-batch-outputs";

export interface FetchedOutput {
  readonly kind: string;
  /** Left out for an output of the job itself. */
  readonly taskId?: string;
  readonly filePath: string;
  readonly sizeBytes: number;
  /** Where it was downloaded to. */
  readonly localPath: string;
}

/**
 * Downloads what a job and its tasks kept, kind by kind, into `<kind>/<task>/` and `<kind>/`. Finds the tasks' ids and the
 * files' names in storage.
 */
export async function fetchOutputs(
  client: BatchOutputsClient,
  jobId: string,
  directory: string,
  abortSignal: AbortSignal,
): Promise<FetchedOutput[]> {
  const job = client.getJobOutputStorage(jobId);
  const tasks = [];
  for await (const taskId of job.listTasks({ abortSignal })) tasks.push(job.getTaskOutputStorage(taskId));

  const fetched: FetchedOutput[] = [];
  for (const kind of Object.values(TaskOutputKind)) {
    for (const task of tasks) {
      const folder = join(directory, kind, task.taskId);
      const entries = entriesOf(await task.downloadOutputs(folder, { kind, abortSignal }));
      if (entries.length === 0) await rmdir(folder); // A task need not have outputs of every kind.
      fetched.push(...entries);
    }
  }
  for (const kind of Object.values(JobOutputKind)) {
    fetched.push(...entriesOf(await job.downloadOutputs(join(directory, kind), { kind, abortSignal })));
  }
  return fetched;
}

/** The library downloads the others when one output fails, but this program needs all of them. */
function entriesOf({ entries }: DownloadOutputsResult): FetchedOutput[] {
  return entries.map(({ output, path, error }) => {
    if (error) throw error;
    const { kind, taskId, filePath, size = 0 } = output;
    return { kind, filePath, sizeBytes: size, localPath: path, ...(taskId !== undefined && { taskId }) };
  });
}
