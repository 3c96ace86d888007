import { join } from "node:path";
import { JobOutputKind, TaskOutputKind, type BatchOutputsClient } from "azure-batch-outputs";

export interface FetchedOutput {
  readonly kind: string;
  /** Left out for an output of the job itself. */
  readonly taskId?: string;
  readonly filePath: string;
  readonly size: number;
  /** Where it was downloaded to. */
  readonly path: string;
}

/** Downloads all that a job and its tasks kept, knowing neither a task's id nor a file's name beforehand. */
export async function fetchOutputs(
  client: BatchOutputsClient,
  jobId: string,
  directory: string,
  abortSignal: AbortSignal,
): Promise<FetchedOutput[]> {
  throw new Error("waits for the library");
}
