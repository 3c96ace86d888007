import { BlobListing, type PageStart } from "../../src/storage/listing/blob-pages.js";
import type { ListedBlob } from "../../src/storage/transport/contract/listed-blob.js";
import type { StoragePipelineOptions } from "@azure/storage-blob";
import type { StoreContainer } from "../../src/storage/transport/index.js";
import type { OperationOptions } from "../../src/core/index.js";

import { openContainer } from "../../src/storage/clients/open-store.js";
import type { BlobHandle } from "../../src/storage/blob-handle.js";
import { readRange as readBytes } from "../../src/storage/download/read-range.js";
import { quickRetries } from "./output-fixture.js";
import type { RawRequest, RawStore } from "./raw-store.js";

/** What the stores by hand hold under every name. */
export const storedContent = Buffer.from("0123456789");

/** A client by a SAS for a container in a store by hand: one whose requests go past the SDK. */
export function openContainerIn(
  { origin }: Pick<RawStore, "origin">,
  options: StoragePipelineOptions = quickRetries,
): StoreContainer {
  return openContainer(`${origin}/account/c?sv=1&sig=c2VjcmV0`, undefined, options, "url");
}

/** A range as text. */
export async function readRange(
  place: BlobHandle,
  offset: number,
  count: number,
  options: OperationOptions = {},
): Promise<string> {
  const { bytes } = await readBytes(place, offset, Buffer.alloc(count), options);
  return Buffer.from(bytes).toString();
}

/** Whether the SDK's HTTP client sent it: ours has no use for this header. */
export function isBySdk(request: RawRequest): boolean {
  return request.header("connection") !== undefined;
}

/** A page of a listing, all of it. */
export async function readBlobPage(
  container: StoreContainer,
  prefix: string,
  start: PageStart = {},
): Promise<{ readonly items: readonly ListedBlob[]; readonly continuationToken: string | undefined }> {
  const { items, continuationToken } = await new BlobListing(container, prefix).readPage(start, {});
  return { items: [...items], continuationToken };
}
