import { ContainerSASPermissions } from "@azure/storage-blob";

import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createJobId } from "../../support/create-job-id.js";

export interface OutputContainer {
  /** With a SAS that may write. */
  readonly url: string;
  read(blobName: string): Promise<string>;
}

/** A container of the shared Azurite for what tasks upload. */
export async function createOutputContainer(): Promise<OutputContainer> {
  const container = useSharedAzurite()
    .serviceClient()
    .getContainerClient(`job-${createJobId("batch")}`);
  await container.create();
  const url = await container.generateSasUrl({
    permissions: ContainerSASPermissions.parse("racwl"),
    expiresOn: new Date(Date.now() + 3_600_000),
  });
  return {
    url,
    read: async (blobName) => (await container.getBlobClient(blobName).downloadToBuffer()).toString("utf8"),
  };
}
