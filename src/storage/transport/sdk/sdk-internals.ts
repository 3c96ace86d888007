import type { AddPipelineOptions, PipelinePolicy } from "@azure/core-rest-pipeline";
import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";

/*
 * The only members of the storage SDK that are used here without being documented. Where a version of the SDK does not
 * have them, both functions give undefined: then the SDK sends everything as it is, and the test of this file fails.
 */

/** A client that other clients can be made from. */
export type StorageClient = BlobServiceClient | ContainerClient;

/** What all clients of an account share that were made from one: the object that stands for them. */
export function sharedPipeline(client: StorageClient): object | undefined {
  return memberObject(client, "pipeline");
}

/** What takes policies for the requests of this client, and of all that share its pipeline. */
export function policyTaker(client: StorageClient): PolicyTaker | undefined {
  const pipeline = memberObject(memberObject(client, "storageClientContext"), "pipeline");
  return takesPolicies(pipeline) ? pipeline : undefined;
}

interface PolicyTaker {
  addPolicy(policy: PipelinePolicy, options: AddPipelineOptions): void;
}

function memberObject(holder: object | undefined, name: string): object | undefined {
  const value: unknown = holder === undefined ? undefined : Reflect.get(holder, name);
  return typeof value === "object" && value !== null ? value : undefined;
}

function takesPolicies(value: object | undefined): value is PolicyTaker {
  return value !== undefined && "addPolicy" in value && typeof value.addPolicy === "function";
}
