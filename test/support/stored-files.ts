import type { BlobItem, ContainerClient, ContainerListBlobsOptions } from "@azure/storage-blob";

/**
 * The blobs of a container, as the plain SDK lists them: without the folders of an account with a hierarchical namespace,
 * which it lists among them.
 */
export async function storedFiles(
  container: ContainerClient,
  options: ContainerListBlobsOptions = {},
): Promise<BlobItem[]> {
  const files: BlobItem[] = [];
  for await (const blob of container.listBlobsFlat(options)) {
    if (Reflect.get(blob.properties, "ResourceType") !== "directory") files.push(blob);
  }
  return files;
}

/** Their names. */
export async function storedNames(container: ContainerClient): Promise<string[]> {
  return (await storedFiles(container)).map(({ name }) => name);
}
