import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { BatchOutputsClient, TaskOutputStorage } from "../../src/index.js";
import { startAzurite } from "../support/azurite.js";
import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { type Measured, runMeasured, type RunMeasuredOptions } from "../support/run-measured.js";
import { createJobId } from "../support/create-job-id.js";

/** An Azurite on disk, with a job prepared for one task, and programs that run as this task does. */
export interface LargeStore extends AsyncDisposable {
  /** A folder for the test's own files; removed with all the rest. */
  readonly folder: string;
  /** The task's outputs, for the test to look at. */
  readonly outputs: TaskOutputStorage;
  /** Runs a file of `programs/` to its end, which must be a good one, and tells its peak memory. */
  run(program: string, args: readonly (string | number)[], options?: RunMeasuredOptions): Promise<Measured>;
}

export async function openLargeStore(): Promise<LargeStore> {
  const folder = createDisposableFolder();
  const [own, persistence] = [join(folder.path, "own"), join(folder.path, "azurite")];
  for (const path of [own, persistence]) mkdirSync(path);
  const azurite = await startAzurite({ persistence, manyBlobs: true });
  const jobId = createJobId();
  const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
  await client.prepareOutputStorage(jobId);
  const environment = {
    AZ_BATCH_JOB_ID: jobId,
    AZ_BATCH_TASK_ID: "t1",
    AZURE_BATCH_OUTPUTS_CONTAINER_URL: await client.getOutputStorageContainerUrl(jobId),
  };
  return {
    folder: own,
    outputs: TaskOutputStorage.fromEnvironment(environment),
    run: async (program, args, options) => {
      const path = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
      const measured = await runMeasured(path, args.map(String), environment, options);
      if (measured.exitCode === 0) return measured;
      throw new Error(`${program} ended with status ${String(measured.exitCode)}:\n${measured.stderr}`);
    },
    async [Symbol.asyncDispose]() {
      await azurite.stop();
      folder[Symbol.dispose]();
    },
  };
}
