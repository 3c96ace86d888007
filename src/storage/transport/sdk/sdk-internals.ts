import type { AddPipelineOptions, PipelinePolicy } from "@azure/core-rest-pipeline";
import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";

/* The only undocumented members of the storage SDK that this package uses. If a version of the SDK lacks them, both functions return undefined: then the SDK sends everything itself, and the test of this file fails. */

/** A client that other clients can be made from. */
export type StorageClient = BlobServiceClient | ContainerClient;

/** The object shared by all clients of an account that were created from one another. */
export function getSharedPipeline(client: StorageClient): object | undefined {
  return getMemberObject(client, "pipeline");
}

/** The object that accepts policies for the requests of this client, and of all that share its pipeline. */
export function getPolicyTaker(client: StorageClient): PolicyTaker | undefined {
  const pipeline = getMemberObject(getMemberObject(client, "storageClientContext"), "pipeline");
  return isPolicyTaker(pipeline) ? pipeline : undefined;
}

interface PolicyTaker {
  addPolicy(policy: PipelinePolicy, options: AddPipelineOptions): void;
}

function getMemberObject(holder: object | undefined, name: string): object | undefined {
  const value: unknown = holder === undefined ? undefined : Reflect.get(holder, name);
  return typeof value === "object" && value !== null ? value : undefined;
}

function isPolicyTaker(value: object | undefined): value is PolicyTaker {
  return value !== undefined && "addPolicy" in value && typeof value.addPolicy === "function";
}
