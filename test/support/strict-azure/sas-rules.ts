import type { BlobRequest, Refusal } from "./blob-request.js";
import type { Rule } from "./rules.js";

const failed =
  "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly.";

function authenticationFailed(detail: string): Refusal {
  return {
    status: 403,
    code: "AuthenticationFailed",
    message: failed,
    details: { AuthenticationErrorDetail: detail },
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
