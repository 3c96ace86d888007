import { ContainerSASPermissions } from "@azure/storage-blob";

import { sharedAzurite } from "../../support/shared-azurite.js";
import { uniqueJobId } from "../../support/unique-job-id.js";

export interface OutputContainer {
  /** With a SAS that may write. */
  readonly url: string;
  read(blobName: string): Promise<string>;
}

/** A container of the shared Azurite for what tasks upload. */
export async function outputContainer(): Promise<OutputContainer> {
  const container = sharedAzurite()
    .serviceClient()
    .getContainerClient(`job-${uniqueJobId("batch")}`);
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
