import type { ContainerClient } from "@azure/storage-blob";

import { BlobListing, type PageStart } from "../../src/storage/blob-pages.js";
import type { ListedBlob } from "../../src/storage/listed-blob.js";
import type { OperationOptions } from "../../src/storage/operation-options.js";

/** One page of a listing of its own, all of it. */
export async function blobPage(
  container: ContainerClient,
  prefix: string,
  start: PageStart,
  options: OperationOptions,
): Promise<{ items: ListedBlob[]; continuationToken: string | undefined }> {
  const { items, continuationToken } = await new BlobListing(container, prefix).page(start, options);
  return { items: [...items], continuationToken };
}
