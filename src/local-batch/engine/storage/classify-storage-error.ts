/** Why the store did not do what it was asked for, as far as the service's codes tell such reasons apart. */
export type StorageErrorKind = "no container" | "no blob" | "access denied" | "timed out" | "other";

const timeouts = new Set([
  "OperationTimedOut",
  "ETIMEDOUT",
  "ESOCKETTIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/** What an error of the storage SDK, by its shape, or of a request of our own says. */
export function classifyStorageError(error: unknown): StorageErrorKind {
  const { code, statusCode, cause } = (error ?? {}) as {
    code?: string;
    statusCode?: number;
    cause?: unknown;
  };
  if (code === "ContainerNotFound") return "no container";
  if (code === "BlobNotFound" || statusCode === 404) return "no blob";
  if (statusCode === 401 || statusCode === 403) return "access denied";
  if (timeouts.has(code ?? "") || statusCode === 408) return "timed out";
  return cause === undefined ? "other" : classifyStorageError(cause);
}
