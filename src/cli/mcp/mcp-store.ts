import type { Command } from "commander";
import type { BatchAccountClient } from "../../batch/index.js";
import type { BatchOutputsClient, JobOutputStorage } from "../../outputs/index.js";
import { UsageError } from "../errors/usage-error.js";
import { openBatchAccountIfNamed } from "../store/open-batch-account.js";
import { openStore } from "../store/open-store.js";

/** The store that the server reads: an account, or the container of one job. */
export interface McpStore {
  readonly client: BatchOutputsClient | undefined;
  readonly batch: BatchAccountClient | undefined;
  /**
   * Opens a job's outputs. Throws if the server is for another job, or if no job is given and the server is not for a
   * single one.
   */
  readonly job: (jobId: string | undefined) => JobOutputStorage;
}

/** Opens the store that flags and variables select. */
export function openMcpStore(command: Command): McpStore {
  const store = openStore(command);
  const batch = openBatchAccountIfNamed(command);
  const { job: ownJob } = command.opts<{ job?: string }>();
  if ("storage" in store) {
    const { storage } = store;
    return {
      client: undefined,
      batch,
      job: (jobId) => {
        if (jobId === undefined || storage.jobId === undefined || isSameJob(jobId, storage.jobId))
          return storage;
        throw new UsageError("This server is for another job.");
      },
    };
  }
  const { client } = store;
  return {
    client,
    batch,
    job: (jobId = ownJob) => {
      if (jobId === undefined) throw new UsageError("Specify the job.");
      return client.getJobOutputStorage(jobId);
    },
  };
}

function isSameJob(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
