import type { StoragePipelineOptions } from "@azure/storage-blob";

type RetryOptions = NonNullable<StoragePipelineOptions["retryOptions"]>;

/** `StorageRetryPolicyType.FIXED`. Importing the enumeration would load the whole SDK. */
const fixedDelay = 1;

/** The number of tries that the SDK makes of a request. */
export function getMaxTries({ maxTries }: RetryOptions): number {
  return maxTries !== undefined && maxTries >= 1 ? maxTries : 4;
}

/** The time that the SDK waits after a number of failed tries, before the next one. */
export function getRetryDelayInMs(options: RetryOptions, failedTries: number): number {
  const { retryDelayInMs = 4_000, maxRetryDelayInMs = 120_000 } = options;
  return options.retryPolicyType?.valueOf() === fixedDelay
    ? retryDelayInMs
    : Math.min((2 ** (failedTries - 1) - 1) * retryDelayInMs, maxRetryDelayInMs);
}

/** The total time that the SDK waits between its tries: 16 seconds by default. */
export function getAllRetryDelaysInMs(options: RetryOptions): number {
  let delaysInMs = 0;
  for (let failed = 1; failed < getMaxTries(options); failed += 1)
    delaysInMs += getRetryDelayInMs(options, failed);
  return delaysInMs;
}
