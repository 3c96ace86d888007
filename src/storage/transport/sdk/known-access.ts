import type { StoreAccess } from "../contract/store-container.js";
import { getSharedPipeline, type StorageClient } from "./sdk-internals.js";

const accessByPipeline = new WeakMap<object, StoreAccess>();

/**
 * Returns how requests of a client are sent, if that was recorded for the client or for one that shares its pipeline.
 */
export function getKnownAccess(client: StorageClient): StoreAccess | undefined {
  const pipeline = getSharedPipeline(client);
  return pipeline && accessByPipeline.get(pipeline);
}

/** Records how requests of a client are sent, for all clients that share its pipeline. */
export function noteAccess(client: StorageClient, access: StoreAccess): void {
  const pipeline = getSharedPipeline(client);
  if (pipeline) accessByPipeline.set(pipeline, access);
}
