/** Kinds of storage errors, as far as the service's codes distinguish them. */
export type StorageErrorKind = "no container" | "no blob" | "access denied" | "timed out" | "other";

const timeouts = new Set([
  "OperationTimedOut",
  "ETIMEDOUT",
  "ESOCKETTIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/** Classifies an error of the storage SDK, recognized by its properties, or of a request of our own. */
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
