import type { BatchAccountClient } from "../../../src/batch/index.js";
import type { BatchOutputsClient, JobOutputStorage, TaskOutputStorage } from "../../../src/outputs/index.js";

/** Where a use works: a job with a task, and a folder, of its own. */
export interface Place {
  readonly jobId: string;
  readonly folder: string;
  /** With the account's key. */
  readonly client: BatchOutputsClient;
  /** The job and its task `t1`, by the container's URL with a SAS. */
  readonly job: JobOutputStorage;
  readonly outputs: TaskOutputStorage;
  /** Variables that name the job, the task and the store. */
  readonly env: Readonly<Record<string, string>>;
  readonly connectionString: string;
  /** Only for a use that needs Batch: a client of the account, whose job has the completed task `t1`. */
  readonly batch: BatchAccountClient;
  /** Only for a use that needs it: a metadata service, as each node has one, that announces a preemption. */
  readonly metadataEndpoint: string;
}

/** A call of a public method. */
export interface Use {
  /** Makes what the call needs; never disturbed. */
  readonly prepare?: (place: Place) => Promise<unknown>;
  /** Makes the call. What it returns is compared with what it returns undisturbed. */
  readonly run: (place: Place) => unknown;
  /** Whether it changes nothing in the store. */
  readonly isReadOnly?: boolean;
  /** Whether a second call, after the first has succeeded, has another result: there is nothing left to delete, say. */
  readonly isOnce?: boolean;
  /** Whether the job is one of a Batch account. */
  readonly needsBatch?: boolean;
  /** Whether it goes on asking until it gets an answer, as its documentation says: it does not end while nothing answers. */
  readonly asksForEver?: boolean;
  /** Whether it asks the metadata service of the node. */
  readonly needsMetadata?: boolean;
  /** Whether it needs index tags, which an account with a hierarchical namespace does not have. */
  readonly needsTags?: boolean;
}

/** Uses, by the method's name in the API reports. */
export type Uses = Readonly<Record<string, Use>>;

/** A use that makes no request and touches no file, which is verified. */
export function pure(run: (place: Place) => unknown): Use {
  return { run, isReadOnly: true };
}

/** All that a listing gives. */
export async function readAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
