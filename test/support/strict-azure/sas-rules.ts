import type { BlobRequest, Refusal } from "./blob-request.js";
import type { Rule } from "./rule.js";

const failed =
  "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly.";

function authenticationFailed(detail: string | undefined): Refusal {
  return {
    status: 403,
    code: "AuthenticationFailed",
    message: failed,
    ...(detail !== undefined && { details: { AuthenticationErrorDetail: detail } }),
  };
}

/**
 * "Create a service SAS", signed start and expiry. The words of the detail are those of answers that users published:
 * AzureStorageExplorer issues 3163 and 6198.
 */
export const requireSasTime: Rule = ({ parameters }) => {
  const expiry = parameters.get("se");
  if (!parameters.has("sig") || expiry === null) return undefined;
  const now = Date.now();
  const start = parameters.get("st");
  if (Date.parse(expiry) > now && (start === null || Date.parse(start) <= now)) return undefined;
  const [ends, current] = [httpDate(expiry), new Date(now).toUTCString()];
  return authenticationFailed(
    start === null
      ? `Signed expiry time [${ends}] must be after signed start time [${current}]`
      : `Signature not valid in the specified time frame: Start [${httpDate(start)}] - Expiry [${ends}] - Current [${current}]`,
  );
};

function httpDate(text: string): string {
  return new Date(text).toUTCString();
}

/** "Configure an expiration policy for shared access signatures", action Block. Words: AzureStorageExplorer issue 8845. */
export const requireSignedStart: Rule = ({ parameters }) =>
  parameters.has("sig") && !parameters.has("st")
    ? authenticationFailed("Policy violated by no signed start.")
    : undefined;

/** "Define a stored access policy": a SAS ends with the policy that it names. Words: AzureStorageExplorer issue 3996. */
export const requireAccessPolicy: Rule = async ({ containerName, parameters }, account) => {
  const identifier = parameters.get("si");
  if (!parameters.has("sig") || identifier === null || containerName === undefined) return undefined;
  const { signedIdentifiers } = await account.container(containerName).getAccessPolicy();
  return signedIdentifiers.some(({ id }) => id === identifier)
    ? undefined
    : authenticationFailed("SAS identifier cannot be found for specified signed identifier");
};

/** "Prevent Shared Key authorization": neither the key itself nor a SAS that is signed with it. */
export const refuseKeys: Rule = ({ parameters, headers }) => {
  const isByKey =
    headers.authorization?.startsWith("SharedKey") === true ||
    (parameters.has("sig") && !parameters.has("skoid"));
  if (!isByKey) return undefined;
  return {
    status: 403,
    code: "KeyBasedAuthenticationNotPermitted",
    message: "Key based authentication is not permitted on this storage account.",
  };
};

/**
 * "Create a user delegation SAS", signed key start and expiry: the SAS ends with its key, whatever its own expiry says (see
 * azure-sdk-for-net issue 47245). Which detail the service gives is not published.
 */
export const requireDelegationKeyTime: Rule = ({ parameters }) => {
  const [start, expiry] = [parameters.get("skt"), parameters.get("ske")];
  if (!parameters.has("sig") || start === null || expiry === null) return undefined;
  const now = Date.now();
  return Date.parse(start) <= now && Date.parse(expiry) > now ? undefined : authenticationFailed(undefined);
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

/** "Create a service SAS", Permissions for a directory, container, or blob. Azurite has another code for it. */
export const requireSasLetters: Rule = (request) => {
  const granted = request.parameters.get("sp");
  if (!request.parameters.has("sig") || granted === null || request.parameters.has("ss")) return undefined;
  const needed = lettersFor(request);
  if (needed.every((group) => [...group].some((letter) => granted.includes(letter)))) return undefined;
  return {
    status: 403,
    code: "AuthorizationPermissionMismatch",
    message: "This request is not authorized to perform this operation using this permission.",
  };
};

function lettersFor({ method, blobName, parameters, headers }: BlobRequest): string[] {
  const comp = parameters.get("comp");
  if (comp === "tags") return ["t"];
  if (blobName === undefined) return comp === "list" ? ["l"] : comp === "blobs" ? ["f"] : [];
  if (method === "GET" || method === "HEAD") return ["r"];
  if (method === "DELETE") return ["d"];
  const tags = headers["x-ms-tags"] === undefined ? [] : ["t"];
  if (comp === "appendblock") return ["aw"];
  return [comp === null ? "cw" : "w", ...tags];
}

function isWithin(address: string, range: string): boolean {
  const [start = "", end = start] = range.split("-").map(numberOfAddress);
  const at = numberOfAddress(address);
  return at >= Number(start) && at <= Number(end);
}

function numberOfAddress(address: string): number {
  return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}
