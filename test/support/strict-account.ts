import { BlobServiceClient } from "@azure/storage-blob";
import { onTestFinished } from "vitest";
import { createConnectionString } from "./azurite.js";
import { useSharedAzurite } from "./use-shared-azurite.js";
import {
  type AccountKind,
  startStrictAzure,
  type StrictAzureSettings,
} from "./strict-azure/start-strict-azure.js";

/** An account that answers as Azure does, until the test ends. Its containers are those of the shared Azurite. */
export interface StrictAccount {
  readonly blobEndpoint: string;
  readonly connectionString: string;
  /** The plain SDK with the account key. */
  readonly service: BlobServiceClient;
}

export async function startStrictAccount(
  kind: AccountKind,
  settings: StrictAzureSettings = {},
): Promise<StrictAccount> {
  const { azuriteEndpoint, accountName, accountKey } = useSharedAzurite();
  const azure = await startStrictAzure(
    { blobEndpoint: azuriteEndpoint, accountName, accountKey },
    kind,
    settings,
  );
  onTestFinished(() => azure.stop());
  const { blobEndpoint } = azure;
  const connectionString = createConnectionString(blobEndpoint);
  return {
    blobEndpoint,
    connectionString,
    service: BlobServiceClient.fromConnectionString(connectionString),
  };
}
