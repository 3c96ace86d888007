import { join } from "node:path";
import { BatchOutputsClient } from "azure-batch-outputs";
import { startEmbeddedStore } from "./embedded-store.js";

export interface LinkedStorage extends AsyncDisposable {
  readonly client: BatchOutputsClient;
  /** Set when the store was started for this run, because the environment does not name it. */
  readonly connectionString?: string;
  /** A description without a key. */
  readonly description: string;
}

/** The storage account that the environment names; without one, Azurite, with its data below `directory`, until disposed. */
export async function openLinkedStorage(directory: string): Promise<LinkedStorage> {
  const connectionString = process.env["AZURE_STORAGE_CONNECTION_STRING"];
  const accountUrl = process.env["AZURE_STORAGE_ACCOUNT_URL"];
  if (connectionString) {
    return {
      client: BatchOutputsClient.fromConnectionString(connectionString),
      description: "the account of AZURE_STORAGE_CONNECTION_STRING",
      [Symbol.asyncDispose]: nothingToStop,
    };
  }
  if (accountUrl) {
    // Loaded only when needed, because it is slow and a connection string makes it unnecessary.
    const { DefaultAzureCredential } = await import("@azure/identity");
    return {
      client: new BatchOutputsClient(accountUrl, new DefaultAzureCredential()),
      description: new URL(accountUrl).host,
      [Symbol.asyncDispose]: nothingToStop,
    };
  }
  if (process.env["AZURE_BATCH_ENDPOINT"]?.startsWith("https:")) {
    throw new Error(
      "Nodes on Azure cannot reach a store on this machine: set AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT_URL.",
    );
  }
  const store = await startEmbeddedStore(join(directory, "azurite"));
  return {
    client: BatchOutputsClient.fromConnectionString(store.connectionString),
    connectionString: store.connectionString,
    description: "Azurite, started for this run",
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const nothingToStop = (): Promise<void> => Promise.resolve();
