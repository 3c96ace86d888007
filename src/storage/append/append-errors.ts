import { serviceErrorCode, serviceErrorStatus } from "../errors/service-error.js";

/** Whether the service refused a write because the blob is not (any more) the version or length that it was meant for. */
export function isWrongVersion(error: unknown): boolean {
  return (
    serviceErrorStatus(error) === 412 ||
    (serviceErrorStatus(error) === 409 && serviceErrorCode(error) === "BlobAlreadyExists")
  );
}

/** Whether the service refused a write because a blob of another type stands there. Azure does; Azurite does not always. */
export function isWrongBlobType(error: unknown): boolean {
  return serviceErrorStatus(error) === 409 && serviceErrorCode(error) === "InvalidBlobType";
}
