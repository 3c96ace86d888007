import { getServiceErrorCode, getServiceErrorStatus } from "../errors/service-error.js";

/**
 * Codes for a blob whose version or length is not the expected one. The status does not suffice: errors about leases
 * also have status 412.
 */
const versionCodes = ["ConditionNotMet", "AppendPositionConditionNotMet", "BlobAlreadyExists"];

/** Whether the service refused a write because the blob no longer has the expected version or length. */
export function isWrongVersion(error: unknown): boolean {
  const code = getServiceErrorCode(error);
  return code === undefined ? getServiceErrorStatus(error) === 412 : versionCodes.includes(code);
}

/**
 * Whether the service refused a write because a blob of another type has this name. Azure refuses it; Azurite does not
 * always.
 */
export function isWrongBlobType(error: unknown): boolean {
  return getServiceErrorStatus(error) === 409 && getServiceErrorCode(error) === "InvalidBlobType";
}
