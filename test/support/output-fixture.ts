import type { ContainerClient, StoragePipelineOptions } from "@azure/storage-blob";
import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { onTestFinished } from "vitest";

import { jobOutputContainerName } from "../../src/conventions/index.js";
import { BatchOutputsClient } from "../../src/outputs/index.js";
import { startFaultProxy, type FaultProxy, type OnRequest } from "./fault-proxy.js";
import type { Fault } from "./faults.js";
import { useSharedAzurite } from "./use-shared-azurite.js";
import { createJobId } from "./create-job-id.js";

/** Client options that try again at once: a test that makes requests fail does not wait. */
export const quickRetries: StoragePipelineOptions = {
  retryOptions: { maxTries: 3, retryDelayInMs: 1, maxRetryDelayInMs: 2 },
};

/** A job with prepared storage on the shared Azurite. */
export interface PreparedJob {
  readonly jobId: string;
  /** Our client with the account key. */
  readonly client: BatchOutputsClient;
  /** The job's container by the plain SDK: what is really stored. */
  readonly stored: ContainerClient;
}

/** A prepared job, and our client for it through a fault proxy. */
export interface OutputFixture extends PreparedJob {
  readonly proxy: FaultProxy;
}

export async function prepareJob(prefix?: string): Promise<PreparedJob> {
  const azurite = useSharedAzurite();
  const jobId = createJobId(prefix);
  const client = BatchOutputsClient.fromConnectionString(azurite.connectionString, quickRetries);
  await client.prepareOutputStorage(jobId);
  return { jobId, client, stored: azurite.serviceClient().getContainerClient(jobOutputContainerName(jobId)) };
}

export async function setUpOutputs(onRequest?: OnRequest): Promise<OutputFixture> {
  const azurite = useSharedAzurite();
  const { jobId, stored } = await prepareJob();
  const proxy = await startFaultProxy(azurite.blobEndpoint, onRequest && { onRequest });
  onTestFinished(() => proxy.stop());
  const key = new StorageSharedKeyCredential(azurite.accountName, azurite.accountKey);
  return { jobId, stored, proxy, client: new BatchOutputsClient(proxy.endpoint, key, quickRetries) };
}

/** The fault for one request of an operation on each path, the first by default, and nothing for the others. */
export function faultNth(operation: string, fault: Fault, nth = 1): OnRequest {
  return (info) => (info.operation === operation && info.nth === nth ? fault : undefined);
}

/** The fault for every request of an operation. */
export function faultAlways(operation: string, fault: Fault): OnRequest {
  return (info) => (info.operation === operation ? fault : undefined);
}

/** All that a listing gives. */
export async function collectAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
