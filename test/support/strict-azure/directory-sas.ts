import { computeSignature } from "../sas-signature.js";
import type { BlobRequest, Refusal } from "./blob-request.js";

/** The key that a SAS is checked with. */
interface AccountKey {
  readonly accountName: string;
  readonly accountKey: string;
}

/** Whether the request has a SAS for one directory, which Azurite does not know. */
export function hasDirectorySas({ parameters }: BlobRequest): boolean {
  return parameters.get("sr") === "d";
}

/**
 * "Create a service SAS", Specify the directory depth: a SAS with `sr=d` is signed for the first `sdd` segments of the
 * name, and gives access to what is in that directory. Only accounts with a hierarchical namespace have it.
 */
export function refuseDirectorySas(
  request: BlobRequest,
  { accountName, accountKey }: AccountKey,
  isHierarchical: boolean,
): Refusal | undefined {
  const { containerName = "", blobName, parameters } = request;
  const depth = Number(parameters.get("sdd") ?? Number.NaN);
  if (!isHierarchical || !Number.isSafeInteger(depth)) return mismatch;
  // A listing is for the directory that its prefix is in.
  // Words: barman pull request 1093.
  const segments = (blobName ?? parameters.get("prefix") ?? "").split("/");
  // A listing of a directory's siblings has the same first segments but one that is not complete.
  if (segments.length <= depth && blobName === undefined) return invalidDepth;
  const directory = segments.slice(0, depth).join("/");
  const key = { accountName, key: accountKey };
  const isSigned =
    parameters.get("sig") === computeSignature(parameters, { containerName, blobName: directory }, key);
  return isSigned ? undefined : mismatch;
}

const mismatch: Refusal = {
  status: 403,
  code: "AuthenticationFailed",
  message: "Server failed to authenticate the request.",
  details: {
    AuthenticationErrorDetail: "Signature did not match. String to sign used was [redacted]",
  },
};

const invalidDepth: Refusal = {
  ...mismatch,
  details: { AuthenticationErrorDetail: "Signed Directory Depth Invalid" },
};
