import type { AddPipelineOptions, PipelinePolicy } from "@azure/core-rest-pipeline";
import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";

/* The only undocumented members of the storage SDK that this package uses. If a version of the SDK lacks them, the functions return undefined: then the SDK sends everything itself, and the test of this file fails. */

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

/**
 * Creates a client for the same URL with a copy of the pipeline: the same credential, options, policies and HTTP client. Policies
 * that are added to it do not affect the client that it is a copy of. Returns `undefined` for an instance of a subclass and for one with
 * methods of its own, which a copy would lack.
 *
 * @param sharedPipeline - {@link getSharedPipeline} of an earlier copy of a client with the same pipeline.
 */
export function copyClient<Client extends StorageClient>(
  client: Client,
  sharedPipeline?: object,
): Client | undefined {
  const shared = sharedPipeline ?? copySharedPipeline(client);
  if (shared === undefined || !isPlain(client)) return undefined;
  const settings: unknown = Reflect.get(client, "blobClientConfig");
  const copy: unknown = Reflect.construct(client.constructor, [client.url, shared, settings]);
  return isCopy(copy, client, shared) ? copy : undefined;
}

/** The name under which the SDK keeps the policies of a pipeline. */
const policiesOfPipeline = "_corePipeline";

function copySharedPipeline(client: StorageClient): object | undefined {
  const shared = getSharedPipeline(client);
  const policies = getPolicyTaker(client);
  if (shared === undefined || policies === undefined || !isCloneable(policies)) return undefined;
  return Object.create(shared, {
    [policiesOfPipeline]: { value: policies.clone(), writable: true },
  }) as object;
}

/** Whether the client is an instance of one of the SDK's two classes, which extend one class of the SDK, and as it was created. */
function isPlain(client: StorageClient): boolean {
  let classes = 0;
  for (let at: unknown = Object.getPrototypeOf(client); at !== null; at = Object.getPrototypeOf(at))
    classes += 1;
  return classes === 3 && !Object.values(client).some((member) => typeof member === "function");
}

function isCopy<Client extends StorageClient>(copy: unknown, client: Client, shared: object): copy is Client {
  if (!(copy instanceof client.constructor)) return false;
  const { url } = copy as Client;
  return (
    url === client.url &&
    getSharedPipeline(copy as Client) === shared &&
    getPolicyTaker(copy as Client) === Reflect.get(shared, policiesOfPipeline)
  );
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

function isCloneable(policies: object): policies is { clone(): object } {
  return "clone" in policies && typeof policies.clone === "function";
}
