import { BatchServiceClient, type BatchServiceModels, BatchSharedKeyCredentials } from "@azure/batch";
import { onTestFinished, vi } from "vitest";

import { BatchAccountClient, type BatchTaskInfo } from "../../src/batch/index.js";
import { type LocalBatch, startLocalBatch } from "../../src/local-batch/index.js";
import { BatchOutputsClient, type TaskOutputStorage } from "../../src/outputs/index.js";
import { useSharedAzurite } from "./use-shared-azurite.js";
import { createJobId } from "./create-job-id.js";
import { conditionTimeoutInMs } from "./time-limits.js";

/** A job on a local Batch service of its own, and its output container. */
export interface BatchFixture {
  readonly service: LocalBatch;
  readonly jobId: string;
  readonly client: BatchAccountClient;
  readonly outputs: BatchOutputsClient;
  /** Variables for the command line: the Batch account, the storage account, the job. */
  readonly env: Record<string, string>;
  /** Azure's own client, for what {@link client} does not do. */
  readonly azure: BatchServiceClient;
  /** Adds a task whose command is a script of the shell. */
  readonly addTask: (
    id: string,
    script: string,
    settings?: Partial<BatchServiceModels.TaskAddParameter>,
  ) => Promise<void>;
  /** Fulfilled when the task is in the state. */
  readonly until: (taskId: string, state: BatchTaskInfo["state"]) => Promise<BatchTaskInfo>;
  readonly storageOf: (taskId: string) => TaskOutputStorage;
}

export interface BatchFixtureOptions {
  /** Of the pool; 1 by default. */
  readonly nodes?: number;
  /** The storage account; the shared Azurite by default. */
  readonly connectionString?: string;
}

/** Starts it; it is closed when the test ends. */
export async function setUpBatch(options: BatchFixtureOptions = {}): Promise<BatchFixture> {
  const { nodes = 1, connectionString = useSharedAzurite().connectionString } = options;
  const service = await startLocalBatch({
    terminationGraceInMs: 500,
    storageConnectionString: connectionString,
  });
  onTestFinished(() => service.close());
  const { endpoint, accountName, accountKey } = service;
  const azure = new BatchServiceClient(new BatchSharedKeyCredentials(accountName, accountKey), endpoint);
  const jobId = createJobId("rescue");
  await azure.pool.add(createPoolSettings(nodes));
  await azure.job.add({ id: jobId, poolInfo: { poolId: "pool" } });
  const client = new BatchAccountClient(endpoint, { name: accountName, key: accountKey });
  const outputs = BatchOutputsClient.fromConnectionString(connectionString);
  await outputs.prepareOutputStorage(jobId);
  return {
    ...{ service, jobId, client, azure, outputs },
    env: {
      AZURE_BATCH_ENDPOINT: endpoint,
      AZURE_BATCH_ACCOUNT: accountName,
      AZURE_BATCH_ACCESS_KEY: accountKey,
      AZURE_STORAGE_CONNECTION_STRING: connectionString,
      AZ_BATCH_JOB_ID: jobId,
    },
    async addTask(id, script, settings) {
      await azure.task.add(jobId, { ...settings, id, commandLine: `/bin/sh -c '${script}'` });
    },
    until: (taskId, state) =>
      vi.waitUntil(
        async () => {
          const task = await client.getTask(jobId, taskId);
          return task.state === state && task;
        },
        { timeout: conditionTimeoutInMs },
      ),
    storageOf: (taskId) => outputs.getTaskOutputStorage(jobId, taskId),
  };
}

function createPoolSettings(nodes: number): BatchServiceModels.PoolAddParameter {
  return {
    id: "pool",
    vmSize: "standard_d2s_v3",
    virtualMachineConfiguration: {
      imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server", version: "latest" },
      nodeAgentSKUId: "batch.node.ubuntu 24.04",
    },
    targetDedicatedNodes: nodes,
  };
}
