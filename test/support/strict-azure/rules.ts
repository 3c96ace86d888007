import type { ContainerClient } from "@azure/storage-blob";
import { isRestError } from "@azure/core-rest-pipeline";
import { type BlobRequest, isBlobWrite, type Refusal } from "./blob-request.js";

/** What a rule may look at beside the request. */
export interface RuleContext {
  /** By the account's key, past the rules. */
  container(name: string): ContainerClient;
}

/** Something that Azure refuses and Azurite does not, with its source. */
export type Rule = (
  request: BlobRequest,
  context: RuleContext,
) => Promise<Refusal | undefined> | Refusal | undefined;

/** "Put Blob", "Put Block", "Append Block": 409 where a blob of another type has the name. */
export const requireBlobType: Rule = async (request, context) => {
  const { containerName, blobName, parameters, headers } = request;
  if (!isBlobWrite(request) || containerName === undefined || blobName === undefined) return undefined;
  const comp = parameters.get("comp");
  const written =
    comp === "appendblock" ? "AppendBlob" : comp === null ? headers["x-ms-blob-type"] : "BlockBlob";
  // Conditions are looked at first: they have answers of their own.
  if (headers["if-none-match"] !== undefined || headers["if-match"] !== undefined) return undefined;
  const found = await typeOf(context.container(containerName), blobName);
  if (found === undefined || found === written) return undefined;
  return { status: 409, code: "InvalidBlobType", message: "The blob type is invalid for this operation." };
};

/** "Blob archive": what is archived cannot be read before it is rehydrated. */
export const refuseArchived: Rule = async ({ method, containerName, blobName, parameters }, context) => {
  if (method !== "GET" || containerName === undefined || blobName === undefined || parameters.has("comp"))
    return undefined;
  const properties = await propertiesOf(context.container(containerName), blobName);
  if (properties?.accessTier !== "Archive") return undefined;
  return {
    status: 409,
    code: "BlobArchived",
    message: "This operation is not permitted on an archived blob.",
  };
};

/** "Create a service SAS", signed IP addresses and protocols; every client of the tests is at 127.0.0.1, without TLS. */
export const requireSasLimits: Rule = ({ parameters }) => {
  if (!parameters.has("sig")) return undefined;
  const ip = parameters.get("sip");
  if (ip !== null && !isWithin("127.0.0.1", ip)) {
    return {
      status: 403,
      code: "AuthorizationSourceIPMismatch",
      message: "This request is not authorized to perform this operation using this source IP 127.0.0.1.",
    };
  }
  if (parameters.get("spr") === "https") {
    return {
      status: 403,
      code: "AuthorizationProtocolMismatch",
      message: "This request is not authorized to perform this operation using this protocol.",
    };
  }
  return undefined;
};

async function typeOf(container: ContainerClient, blobName: string): Promise<string | undefined> {
  return (await propertiesOf(container, blobName))?.blobType;
}

async function propertiesOf(container: ContainerClient, blobName: string) {
  try {
    return await container.getBlobClient(blobName).getProperties();
  } catch (error) {
    if (isRestError(error) && error.statusCode === 404) return undefined;
    throw error;
  }
}

function isWithin(address: string, range: string): boolean {
  const [start = "", end = start] = range.split("-").map(numberOfAddress);
  const at = numberOfAddress(address);
  return at >= Number(start) && at <= Number(end);
}

function numberOfAddress(address: string): number {
  return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}
