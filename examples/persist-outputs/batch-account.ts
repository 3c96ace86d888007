import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BatchServiceClient, BatchSharedKeyCredentials } from "@azure/batch";
import { startLocalBatch } from "azure-batch-outputs/local-batch";
import { packApplications } from "./local-applications.js";

export interface BatchAccount extends AsyncDisposable {
  readonly client: BatchServiceClient;
  /** A description without a key. */
  readonly description: string;
}

/**
 * The Batch account that the environment names, under the variables of `az batch`; without one, a local Batch service, with
 * its nodes below `directory`, until disposed.
 */
export async function openBatchAccount(directory: string): Promise<BatchAccount> {
  const endpoint = process.env["AZURE_BATCH_ENDPOINT"];
  const name = process.env["AZURE_BATCH_ACCOUNT"];
  const key = process.env["AZURE_BATCH_ACCESS_KEY"];
  if (endpoint) {
    if (!name || !key)
      throw new Error("AZURE_BATCH_ENDPOINT needs AZURE_BATCH_ACCOUNT and AZURE_BATCH_ACCESS_KEY beside it.");
    return {
      client: new BatchServiceClient(new BatchSharedKeyCredentials(name, key), endpoint),
      description: new URL(endpoint).host,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const folder = join(directory, "batch");
  const service = await startLocalBatch({
    folder,
    applicationPackages: await packApplications(join(folder, "applications")),
    terminationGraceInMs: 1_000,
  });
  return {
    client: new BatchServiceClient(
      new BatchSharedKeyCredentials(service.accountName, service.accountKey),
      service.endpoint,
    ),
    description: "a local Batch service, started for this run",
    async [Symbol.asyncDispose]() {
      await service.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
