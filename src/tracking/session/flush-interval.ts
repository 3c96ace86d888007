import type { RetryPolicy } from "../../core/index.js";

/**
 * Azure permits 50,000 appends to one append blob. Some are left as a reserve, in case the service counts more than
 * this package (for example because a proxy repeated a request).
 */
export const blocksOfOneBlob = 49_900;

/** The maximum interval when blocks run out: the flush interval of the .NET library. */
export const maxBudgetIntervalInMs = 60_000;

const minIntervalInMs = 1_000;

export interface FlushPace {
  /** The requested interval: `flushIntervalInMs`. */
  readonly askedInMs: number;
  /** Whether the interval is short at first, and the requested one when the log is older. */
  readonly isAdaptive: boolean;
  /** How long the log has been tracked. */
  readonly ageInMs: number;
  /** Blocks used, over all parts of the log. */
  readonly blocksUsed: number;
  readonly blockLimit: number;
  readonly maxInMs: number;
}

/**
 * Returns the delay from one flush to the next.
 *
 * Adaptive: a twentieth of the log's age, at least one second and at most the requested interval, so that the start of
 * a task can be watched without delay.
 *
 * Limited blocks: the interval grows with the share of a blob's blocks that has been used, so that few logs need a
 * second blob; up to one minute, or the requested interval if that is longer. In its later parts, a log keeps that
 * interval.
 */
export function flushIntervalInMs(pace: FlushPace): number {
  const { askedInMs, isAdaptive, ageInMs, blocksUsed, blockLimit, maxInMs } = pace;
  const wanted = isAdaptive ? Math.min(askedInMs, Math.max(minIntervalInMs, ageInMs / 20)) : askedInMs;
  const left = Math.max(0, 1 - blocksUsed / blockLimit);
  const max = Math.max(wanted, maxInMs);
  return left === 0 ? max : Math.min(max, wanted / left);
}

/**
 * Creates the policy for a failed background flush: it is repeated soon at first, and never later than the next flush.
 */
export function createFlushRetryPolicy(intervalInMs: number): RetryPolicy {
  return {
    maxAttempts: Number.POSITIVE_INFINITY,
    delayInMs: Math.min(intervalInMs, minIntervalInMs),
    maxDelayInMs: intervalInMs,
  };
}

/** Computes the delay before the next look at a file. It grows while the file does not change. */
export function computeLookDelayInMs(intervalInMs: number, quietLooks: number): number {
  return Math.min(intervalInMs, 1_000 * Math.min(5, 1 + quietLooks / 10));
}
