/**
 * Requests to the store. `contract/` defines them; the other folders send them, with or without the SDK. The rest of
 * storage imports only this file, and does not know that there are two ways (docs/decisions/, "Transport").
 *
 * @packageDocumentation
 */
import type { ContainerClient, StoragePipelineOptions } from "@azure/storage-blob";
import type { BlobTransport } from "./contract/blob-transport.js";
import { allowDirectAccess } from "./direct/direct-access.js";
import { DirectTransport } from "./direct/direct-transport.js";
import { parseTryLimits, type ProgressOptions } from "./limits/try-limits.js";
import { prepareOwnClient } from "./sdk/prepare-client.js";
import type { StorageClient } from "./sdk/sdk-internals.js";

export type {
  AppendedBlock,
  AppendPoint,
  BlobPages,
  BlobTransport,
  ListedPage,
  OpenedRange,
  PageQuery,
  RangeRead,
  WrittenBlob,
} from "./contract/blob-transport.js";
export type { ListedBlob } from "./contract/listed-blob.js";
export { type RangeAnswer, readTotalBytes } from "./contract/range-answer.js";
export { traceRequests } from "./direct/direct-access.js";
export type { ProgressOptions } from "./limits/try-limits.js";
export { limitTries, tryLimits } from "./sdk/prepare-client.js";
export { createPageSettings, parseContinuationToken, requireETag } from "./sdk/sdk-transport.js";

export { hadUnansweredTry } from "./sdk/unanswered-tries.js";

const transports = new WeakMap<ContainerClient, BlobTransport>();

/** Opens the transport for the blobs of a container. */
export function openTransport(container: ContainerClient): BlobTransport {
  const known = transports.get(container);
  if (known) return known;
  const transport = new DirectTransport(container);
  transports.set(container, transport);
  return transport;
}

/**
 * Prepares a client that was created with these options for {@link openTransport}.
 *
 * @param hasProxy - Whether the connection string names a proxy.
 */
export function prepareClient(
  client: StorageClient,
  options: StoragePipelineOptions & ProgressOptions,
  { hasProxy = false } = {},
): void {
  prepareOwnClient(client, parseTryLimits(options), options);
  if (!hasProxy) allowDirectAccess(client, options);
}
