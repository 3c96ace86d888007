import { BatchServiceClient, type BatchServiceModels, BatchSharedKeyCredentials } from "@azure/batch";

import type { LocalBatch } from "../../../src/local-batch/index.js";

/** Azure's own client for the service. */
export function createAzureClient({ accountName, accountKey, endpoint }: LocalBatch): BatchServiceClient {
  return new BatchServiceClient(new BatchSharedKeyCredentials(accountName, accountKey), endpoint);
}

/** The settings of a pool `p` that does not depend on an image. */
export function createPoolSettings(
  sizes: Pick<
    BatchServiceModels.PoolAddParameter,
    "targetDedicatedNodes" | "targetLowPriorityNodes" | "taskSlotsPerNode"
  >,
): BatchServiceModels.PoolAddParameter {
  return {
    id: "p",
    vmSize: "standard_d2s_v3",
    virtualMachineConfiguration: {
      imageReference: { publisher: "canonical", offer: "ubuntu-24_04-lts", sku: "server" },
      nodeAgentSKUId: "batch.node.ubuntu 22.04",
    },
    ...sizes,
  };
}
