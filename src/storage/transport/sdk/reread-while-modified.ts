import type { AbortSignalLike } from "@azure/abort-controller";
import { isRestErrorLike, retry, type RetryPolicy } from "../../../core/index.js";

/** A write takes milliseconds, and a log may be written to once per second. */
const rereadPolicy: RetryPolicy = { maxAttempts: 8, delayInMs: 20, maxDelayInMs: 1_000 };

/**
 * Repeats a read that the service refused because the blob was modified at that moment, with 409 BlobModifiedWhileReading.
 * Accounts with a hierarchical namespace do this while a log is appended to (azure-sdk-for-python issue 26126), and the
 * storage SDK does not repeat it.
 */
export async function rereadWhileModified<T>(
  read: () => Promise<T>,
  abortSignal: AbortSignalLike | undefined,
): Promise<T> {
  return await retry(read, { policy: rereadPolicy, abortSignal, isRetriable: isModifiedWhileReading });
}

function isModifiedWhileReading(error: unknown): boolean {
  if (!isRestErrorLike(error) || error.statusCode !== 409) return false;
  return (error.response?.headers.get("x-ms-error-code") ?? error.code) === "BlobModifiedWhileReading";
}
