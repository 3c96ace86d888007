import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { inject } from "vitest";

import type { SharedAzuriteContext } from "./azurite-global-setup.js";

export interface SharedAzurite extends SharedAzuriteContext {
  /** The plain SDK with the account key: what a test asks to see what our own code really stored. */
  serviceClient(): BlobServiceClient;
}

/** The Azurite that `azurite-global-setup.ts` started for this run. Never stop it, never count its containers. */
export function useSharedAzurite(): SharedAzurite {
  const context = inject("azurite");
  return {
    ...context,
    serviceClient: () =>
      new BlobServiceClient(
        context.blobEndpoint,
        new StorageSharedKeyCredential(context.accountName, context.accountKey),
      ),
  };
}
