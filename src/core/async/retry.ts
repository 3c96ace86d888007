import type { AbortSignalLike } from "@azure/abort-controller";
import { pause } from "./pause.js";
import { isTransient } from "../errors/transient.js";

/** How often and how long a failed call is repeated. Each policy is a constant beside its use, with its purpose. */
export interface RetryPolicy {
  /** The number of attempts, including the first. `Infinity`: until the abort signal fires. */
  readonly maxAttempts: number;
  /** The delay before the second attempt, in milliseconds. */
  readonly delayInMs: number;
  /** The maximum delay, in milliseconds. Each delay is twice the previous one, less up to a fifth at random. */
  readonly maxDelayInMs: number;
}

/** Computes the delay before the next attempt, after a number of failures, in milliseconds. */
export function computeRetryDelayInMs({ delayInMs, maxDelayInMs }: RetryPolicy, failures: number): number {
  const delay = Math.min(maxDelayInMs, delayInMs * 2 ** Math.min(failures - 1, 30));
  return delay * (1 - Math.random() / 5);
}

/** Options of {@link retry}. */
export interface RetryOptions {
  readonly policy: RetryPolicy;
  /** Ends a delay with an `AbortError`. */
  readonly abortSignal?: AbortSignalLike | undefined;
  /** Whether to repeat the call after this error. Default: {@link isTransient}. */
  readonly isRetriable?: (error: unknown) => boolean;
  /** Called before each delay. */
  readonly onRetry?: (error: unknown, delayInMs: number) => void;
}

/** Repeats the call until it succeeds, fails with an error that is not retriable, or has used all attempts of the policy. */
export async function retry<T>(call: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, abortSignal, isRetriable = isTransient, onRetry } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(attempt);
    } catch (error) {
      if (attempt >= policy.maxAttempts || !isRetriable(error)) throw error;
      const delayInMs = computeRetryDelayInMs(policy, attempt);
      onRetry?.(error, delayInMs);
      await pause(delayInMs, abortSignal);
    }
  }
}
