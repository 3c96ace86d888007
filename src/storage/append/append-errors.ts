import { serviceErrorCode, serviceErrorStatus } from "../errors/service-error.js";

/** Whether the service refused a write because the blob no longer has the expected version or length. */
export function isWrongVersion(error: unknown): boolean {
  return (
    serviceErrorStatus(error) === 412 ||
    (serviceErrorStatus(error) === 409 && serviceErrorCode(error) === "BlobAlreadyExists")
  );
}

/**
 * Whether the service refused a write because a blob of another type has this name. Azure refuses it; Azurite does not
 * always.
 */
export function isWrongBlobType(error: unknown): boolean {
  return serviceErrorStatus(error) === 409 && serviceErrorCode(error) === "InvalidBlobType";
}
