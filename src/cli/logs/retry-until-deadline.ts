import {
  findSilentServices,
  isAbortError,
  isTransient,
  retry,
  type SilentService,
} from "../../core/index.js";
import { explain } from "../errors/explain.js";
import { formatDuration } from "../terminal/formats.js";
import type { RetryDeadline } from "./retry-deadline.js";
import { storeOutagePolicy } from "./store-outage-policy.js";

/** Repeats a call after transient errors until the deadline has passed; then throws the last of these errors. */
export async function retryUntilDeadline<T>(deadline: RetryDeadline, call: () => Promise<T>): Promise<T> {
  let lastFailure: Error | undefined;
  try {
    return await retry(call, {
      policy: storeOutagePolicy,
      abortSignal: deadline.signal,
      isRetriable: (error) => isTransient(error) && !deadline.hasPassed,
      onRetry: (error) => {
        if (error instanceof Error) lastFailure = error;
      },
    });
  } catch (error) {
    if (!isAbortError(error) || !deadline.hasPassed) throw error;
    throw lastFailure ?? storeAcceptedNothing(error);
  }
}

/** Creates the error for a call that the deadline ended. */
export function storeAcceptedNothing(cause?: unknown): Error {
  const reasons = findSilentServices().map(describeSilence);
  return new Error(
    ["The store accepted no data before the deadline (--give-up-after, --grace).", ...reasons].join(" "),
    { cause },
  );
}

function describeSilence({ host, silentInMs, lastError }: SilentService): string {
  const time = formatDuration(silentInMs / 1000);
  return `${host} has not answered for ${time}${lastError === undefined ? "." : `: ${explain(lastError)}`}`;
}
