import type { Stamped } from "./records.js";
import { currentTime, currentTimestamp } from "./clock.js";

/** Ticks (100 ns) from the year 1 to 1970: the service's ETags count from there. */
const ticksTo1970 = 621_355_968_000_000_000n;

let lastTicks = 0n;

/** The stamps of something that comes into being now. */
export function createStamps(): Stamped {
  const now = currentTimestamp();
  return { eTag: nextETag(), creationTime: now, lastModified: now, stateTransitionTime: now };
}

/**
 * The record with a client's changes: it has a new ETag and time of modification, and where its state becomes another one,
 * the former state.
 */
export function applyChange<R extends Stamped & { readonly state: string }>(
  record: R,
  changes: Partial<R>,
): R {
  return { ...applyProgress(record, changes), eTag: nextETag(), lastModified: currentTimestamp() };
}

/**
 * The record after progress that the service made by itself, such as a task that begins to run. Its ETag stays, so that a
 * client's conditional change still works.
 */
export function applyProgress<R extends Stamped & { readonly state: string }>(
  record: R,
  changes: Partial<R>,
): R {
  const next = { ...record, ...changes };
  if (next.state === record.state) return next;
  return {
    ...next,
    stateTransitionTime: currentTimestamp(),
    previousState: record.state,
    previousStateTransitionTime: record.stateTransitionTime,
  };
}

/** Never the same twice, also within one tick of the clock. */
function nextETag(): string {
  const ticks = ticksTo1970 + BigInt(currentTime()) * 10_000n;
  lastTicks = ticks > lastTicks ? ticks : lastTicks + 1n;
  return `0x${lastTicks.toString(16).toUpperCase()}`;
}
