import type { Reason } from "../refusal/reason.js";
import type { RefusedRequest } from "../refusal/refused-request.js";

/** Returns the reason of `AuthorizationPermissionMismatch`: the letter that the SAS lacks, or the role that the identity lacks. */
export function explainPermissionMismatch(request: RefusedRequest): Reason {
  const { sas, isWrite, permissions = [] } = request;
  if (sas !== undefined) {
    const granted = sas.get("sp");
    const missing = permissions.filter((group) => !hasLetter(granted ?? "", group));
    if (missing.length > 0) return findMissingLetter(request, missing);
    // Creating a blob requires "c" or "w", and replacing one "w".
    if (isWrite && granted !== null && !granted.includes("w"))
      return findMissingLetter(request, ["w"], "to overwrite a blob that exists");
    if (sas.has("skoid")) {
      return [
        "PermissionMissing",
        "the identity that signed the SAS is not allowed to do this itself (AuthorizationPermissionMismatch).",
        { action: "assign-role", role: getRole(isWrite) },
      ];
    }
    return findMissingLetter(request, permissions);
  }
  return [
    "PermissionMissing",
    "the identity is not allowed to do this (AuthorizationPermissionMismatch). A new assignment takes effect after up to 10 minutes.",
    { action: "assign-role", role: getRole(isWrite) },
  ];
}

function getRole(isWrite: boolean): string {
  return isWrite ? "Storage Blob Data Contributor" : "Storage Blob Data Reader";
}

/**
 * Returns the reason for missing permissions.
 *
 * @param groups - The missing letters: one letter of each group is needed.
 * @param purpose - The reason why they are needed, if the letters do not show it.
 */
export function findMissingLetter(
  request: RefusedRequest,
  groups: readonly string[],
  purpose?: string,
): Reason {
  const { sas } = request;
  const granted = sas?.get("sp");
  const needed = groups.map((group) => `"${[...group].join('" or "')}"`).join(" and ");
  const grant =
    granted !== undefined && granted !== null
      ? `the SAS grants "${granted}"`
      : sas?.has("si") === true
        ? `the stored access policy "${sas.get("si") ?? ""}" of the SAS does not allow it`
        : "the SAS does not allow it";
  const why =
    purpose ?? (groups.includes("w") ? 'blocks, properties and block lists are written with "w"' : undefined);
  const first = groups[0]?.[0];
  return [
    "PermissionMissing",
    `${grant} and this needs ${needed}${why === undefined ? "" : `, ${why}`}.`,
    { action: "renew-sas", ...(first !== undefined && { permission: first }) },
  ];
}

/** Whether a SAS grants a letter of the group. */
export function hasLetter(granted: string, group: string): boolean {
  return [...group].some((letter) => granted.includes(letter));
}
