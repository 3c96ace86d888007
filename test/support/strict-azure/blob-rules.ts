import type { ContainerClient } from "@azure/storage-blob";
import { isRestError } from "@azure/core-rest-pipeline";
import { isBlobWrite } from "./blob-request.js";
import type { Rule } from "./rule.js";

/** "Put Blob", "Put Block", "Append Block": 409 where a blob of another type has the name. */
export const requireBlobType: Rule = async (request, context) => {
  const { containerName, blobName, parameters, headers } = request;
  if (!isBlobWrite(request) || containerName === undefined || blobName === undefined) return undefined;
  const comp = parameters.get("comp");
  const written =
    comp === "appendblock" ? "AppendBlob" : comp === null ? headers["x-ms-blob-type"] : "BlockBlob";
  const found = await propertiesOf(context.container(containerName), blobName);
  if (found === undefined || found.blobType === written) return undefined;
  // Conditions are checked first, and have answers of their own.
  const { "if-none-match": unless, "if-match": only } = headers;
  if (unless === "*" || unless === found.etag) return undefined;
  if (only !== undefined && only !== "*" && only !== found.etag) return undefined;
  return { status: 409, code: "InvalidBlobType", message: "The blob type is invalid for this operation." };
};

/**
 * "Access tiers for blob data", Archive: what is archived can neither be read nor changed before it is rehydrated. It cannot be
 * replaced either, and a block for it is refused too: azure-storage-azcopy issues 993 and 1688.
 */
export const refuseArchived: Rule = async (request, context) => {
  const { method, containerName, blobName, parameters, headers } = request;
  if (containerName === undefined || blobName === undefined) return undefined;
  const comp = parameters.get("comp");
  const isRefused =
    method === "GET"
      ? comp === null
      : method === "PUT" && (["metadata", "properties"].includes(comp ?? "") || isBlobWrite(request));
  if (!isRefused) return undefined;
  const properties = await propertiesOf(context.container(containerName), blobName);
  if (properties?.accessTier !== "Archive") return undefined;
  // Conditions are checked first.
  if (method === "PUT" && headers["if-none-match"] === "*") return undefined;
  const isComing = properties.archiveStatus !== undefined;
  return {
    status: 409,
    code: isComing ? "BlobBeingRehydrated" : "BlobArchived",
    message: "This operation is not permitted on an archived blob.",
  };
};

/** What protects a blob from being changed and deleted. */
export type Protection = "policy" | "hold";

/**
 * "Store business-critical blob data with immutable storage": a blob that a time-based policy or a legal hold protects can
 * be created, and neither be overwritten nor deleted. The test says which blobs are protected.
 */
export function refuseProtected(protection: (blobName: string) => Protection | undefined): Rule {
  return async (request, context) => {
    const { method, containerName, blobName, parameters } = request;
    if (containerName === undefined || blobName === undefined) return undefined;
    const isChange =
      method === "DELETE" ||
      (method === "PUT" &&
        ["", "blocklist", "metadata", "appendblock"].includes(parameters.get("comp") ?? ""));
    const by = isChange ? protection(blobName) : undefined;
    if (by === undefined) return undefined;
    if ((await propertiesOf(context.container(containerName), blobName)) === undefined) return undefined;
    return {
      status: 409,
      code: by === "policy" ? "BlobImmutableDueToPolicy" : "BlobImmutableDueToLegalHold",
      message: "This operation is not permitted as the blob is immutable.",
    };
  };
}

/**
 * "Scalability targets for premium block blob storage accounts": no append blobs. "Storage account overview" says that these
 * accounts have them, so that a program has to expect both. The service's code for it is not documented.
 */
export const refuseAppendBlobs: Rule = ({ method, headers, parameters }) =>
  method === "PUT" && !parameters.has("comp") && headers["x-ms-blob-type"] === "AppendBlob"
    ? {
        status: 409,
        code: "BlobOperationNotSupported",
        message: "The operation is not supported by this storage account.",
      }
    : undefined;

/** What is stored under a name. */
export async function propertiesOf(container: ContainerClient, blobName: string) {
  try {
    return await container.getBlobClient(blobName).getProperties();
  } catch (error) {
    if (isRestError(error) && error.statusCode === 404) return undefined;
    throw error;
  }
}
