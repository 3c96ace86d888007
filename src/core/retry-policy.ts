import type { AbortSignalLike } from "@azure/abort-controller";
import { pause } from "./pause.js";
import { isTransient } from "./transient.js";

/** When a failed call is made again, and until when. Each policy is a constant beside its use, and says what it is for. */
export interface RetryPolicy {
  /** Tries in all, the first included. `Infinity`: until the deadline, or until the signal fires. */
  readonly maxAttempts: number;
  /** The pause before the second try. */
  readonly delayInMs: number;
  /** The longest pause; each is twice the one before, with up to a fifth of it left out at random. */
  readonly maxDelayInMs: number;
}

/** The pause before the next try after so many failures. */
export function retryDelayInMs({ delayInMs, maxDelayInMs }: RetryPolicy, failures: number): number {
  const delay = Math.min(maxDelayInMs, delayInMs * 2 ** Math.min(failures - 1, 30));
  return delay * (1 - Math.random() / 5);
}

/** How a call is repeated. */
export interface RetryOptions {
  readonly policy: RetryPolicy;
  /** Ends the pauses with an `AbortError`. */
  readonly abortSignal?: AbortSignalLike | undefined;
  /** Whether the call may be made again after this error; {@link isTransient} by default. */
  readonly isRetriable?: (error: unknown) => boolean;
  /** Told before each pause. */
  readonly onRetry?: (error: unknown, delayInMs: number) => void;
}

/** Makes the call until it succeeds, fails for good, or the policy ends: then with the last error. */
export async function retry<T>(call: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, abortSignal, isRetriable = isTransient, onRetry } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(attempt);
    } catch (error) {
      if (attempt >= policy.maxAttempts || !isRetriable(error)) throw error;
      const delayInMs = retryDelayInMs(policy, attempt);
      onRetry?.(error, delayInMs);
      await pause(delayInMs, abortSignal);
    }
  }
}
