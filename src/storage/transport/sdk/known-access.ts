import type { StoreAccess } from "../contract/store-container.js";
import { sharedPipeline, type StorageClient } from "./sdk-internals.js";

const accessByPipeline = new WeakMap<object, StoreAccess>();

/** How the store of a client is reached, where it or the client that it was made from has been seen before. */
export function knownAccess(client: StorageClient): StoreAccess | undefined {
  const pipeline = sharedPipeline(client);
  return pipeline && accessByPipeline.get(pipeline);
}

/** Notes how the store of a client is reached, for all clients that share its pipeline. */
export function noteAccess(client: StorageClient, access: StoreAccess): void {
  const pipeline = sharedPipeline(client);
  if (pipeline) accessByPipeline.set(pipeline, access);
}
