import type { RetryPolicy } from "../../core/index.js";

/**
 * How many appends Azure takes on one append blob. A few are left, so that whoever counts differently (a proxy that
 * repeated a request, another version of this package) still does not meet the limit.
 */
export const blocksOfOneBlob = 49_900;

/** The longest interval that a shrinking budget of blocks leads to: what the .NET library flushes at anyway. */
export const maxBudgetIntervalInMs = 60_000;

const minIntervalInMs = 1_000;

export interface FlushPace {
  /** What was asked for: `flushIntervalInMs`. */
  readonly askedInMs: number;
  /** Short at first, as asked when the log has aged. */
  readonly isAdaptive: boolean;
  /** How long the log has been tracked. */
  readonly ageInMs: number;
  /** Blocks used, over all parts of the log. */
  readonly blocksUsed: number;
  readonly blockLimit: number;
  readonly maxInMs: number;
}

/**
 * How long to wait from one flush to the next.
 *
 * Adaptive: a twentieth of the log's age, from one second up to what was asked, never more: whoever watches the start of a
 * task sees it at once.
 *
 * The budget: with the part of a blob's blocks that is used, the interval grows, so that few logs ever need a second blob;
 * up to one minute, or what was asked if that is longer. A log that has outgrown its first blob stays at that.
 */
export function flushIntervalInMs(pace: FlushPace): number {
  const { askedInMs, isAdaptive, ageInMs, blocksUsed, blockLimit, maxInMs } = pace;
  const wanted = isAdaptive ? Math.min(askedInMs, Math.max(minIntervalInMs, ageInMs / 20)) : askedInMs;
  const left = Math.max(0, 1 - blocksUsed / blockLimit);
  const max = Math.max(wanted, maxInMs);
  return left === 0 ? max : Math.min(max, wanted / left);
}

/** A flush in the background that failed is made again: soon at first, never later than the next flush would be. */
export function flushRetryPolicy(intervalInMs: number): RetryPolicy {
  return {
    maxAttempts: Number.POSITIVE_INFINITY,
    delayInMs: Math.min(intervalInMs, minIntervalInMs),
    maxDelayInMs: intervalInMs,
  };
}

/** How long to wait until a file is looked at again: it is the longer, the longer nothing has happened to it. */
export function lookDelayInMs(intervalInMs: number, quietLooks: number): number {
  return Math.min(intervalInMs, 1_000 * Math.min(5, 1 + quietLooks / 10));
}
