import type { IncomingHttpHeaders } from "node:http";

/** An operation of the Blob service by the name that its REST reference gives, without spaces ("PutBlockList"). */
export type StorageOperation = string;

type Names = Readonly<Record<string, StorageOperation>>;

// Keys are "METHOD comp".
const ofAccount: Names = {
  "GET list": "ListContainers",
  "GET blobs": "FindBlobsByTags",
  "POST batch": "BlobBatch",
  "POST userdelegationkey": "GetUserDelegationKey",
  "GET properties": "GetBlobServiceProperties",
  "PUT properties": "SetBlobServiceProperties",
};

const ofContainer: Names = {
  "PUT ": "CreateContainer",
  "GET ": "GetContainerProperties",
  "HEAD ": "GetContainerProperties",
  "DELETE ": "DeleteContainer",
  "GET list": "ListBlobs",
  "PUT metadata": "SetContainerMetadata",
  "GET metadata": "GetContainerMetadata",
  "PUT acl": "SetContainerAcl",
  "GET acl": "GetContainerAcl",
  "PUT lease": "LeaseContainer",
};

const ofBlob: Names = {
  "PUT ": "PutBlob",
  "GET ": "GetBlob",
  "HEAD ": "GetBlobProperties",
  "DELETE ": "DeleteBlob",
  "PUT block": "PutBlock",
  "PUT blocklist": "PutBlockList",
  "GET blocklist": "GetBlockList",
  "PUT appendblock": "AppendBlock",
  "PUT seal": "AppendBlobSeal",
  "PUT page": "PutPage",
  "PUT metadata": "SetBlobMetadata",
  "GET metadata": "GetBlobMetadata",
  "PUT properties": "SetBlobProperties",
  "PUT tags": "SetBlobTags",
  "GET tags": "GetBlobTags",
  "PUT tier": "SetBlobTier",
  "PUT lease": "LeaseBlob",
  "PUT snapshot": "SnapshotBlob",
  "PUT copy": "AbortCopyBlob",
};

// The same operations with a source elsewhere are others in the reference.
const withSource: Names = {
  PutBlob: "CopyBlob",
  PutBlock: "PutBlockFromURL",
  AppendBlock: "AppendBlockFromURL",
};

/** Names the operation of a path-style request (`/account/container/blob...`); "METHOD comp" when it is none of these. */
export function getStorageOperation(
  method: string,
  pathAndQuery: string,
  headers: IncomingHttpHeaders,
): StorageOperation {
  const { pathname, searchParams } = new URL(pathAndQuery, "http://localhost");
  const depth = pathname.split("/").filter(Boolean).length;
  const key = `${method} ${searchParams.get("comp") ?? ""}`;
  const names = depth <= 1 ? ofAccount : searchParams.get("restype") === "container" ? ofContainer : ofBlob;
  const name = names[key] ?? key;
  return headers["x-ms-copy-source"] === undefined ? name : (withSource[name] ?? name);
}
