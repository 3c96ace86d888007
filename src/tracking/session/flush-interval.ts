/**
 * How many appends Azure takes on one append blob. A few are left, so that whoever counts differently (a proxy that
 * repeated a request, another version of this package) still does not meet the limit.
 */
export const blocksOfOneBlob = 49_900;

/** The widest interval that a shrinking budget leads to: what the .NET library flushes at anyway. */
export const widestIntervalMs = 60_000;

const quickestMs = 1_000;

export interface Pace {
  /** What was asked for: `flushIntervalInMs`. */
  readonly askedMs: number;
  /** Quick at first, as asked when the log has aged. */
  readonly isAdaptive: boolean;
  /** How long the log has been tracked. */
  readonly ageMs: number;
  /** Blocks used, over all parts of the log. */
  readonly blocksUsed: number;
  readonly blockLimit: number;
  readonly widestMs: number;
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
export function paceMs(pace: Pace): number {
  const { askedMs, isAdaptive, ageMs, blocksUsed, blockLimit, widestMs } = pace;
  const wanted = isAdaptive ? Math.min(askedMs, Math.max(quickestMs, ageMs / 20)) : askedMs;
  const left = Math.max(0, 1 - blocksUsed / blockLimit);
  const widest = Math.max(wanted, widestMs);
  return left === 0 ? widest : Math.min(widest, wanted / left);
}

/** How long to wait until a flush that failed is tried again: soon at first, never longer than until the next flush. */
export function retryMs(failures: number, intervalMs: number): number {
  return Math.min(intervalMs, quickestMs * 2 ** Math.min(failures - 1, 10));
}

/** How long to wait until a file is looked at again: it is the longer, the longer nothing has happened to it. */
export function lookMs(intervalMs: number, quietLooks: number): number {
  return Math.min(intervalMs, 1_000 * Math.min(5, 1 + quietLooks / 10));
}
