import type { Stamped } from "./records.js";
import { getTime, getTimestamp } from "./clock.js";

/** The ticks (100 ns) from the year 1 to 1970. The service's ETags are ticks since the year 1. */
const ticksTo1970 = 621_355_968_000_000_000n;

let lastTicks = 0n;

/** Creates the ETag and times of a new record. */
export function createStamps(): Stamped {
  const now = getTimestamp();
  return { eTag: nextETag(), creationTime: now, lastModified: now, stateTransitionTime: now };
}

/**
 * Applies a client's changes to a record: sets a new ETag and time of modification, and, if the state changes, the previous
 * state.
 */
export function applyChange<R extends Stamped & { readonly state: string }>(
  record: R,
  changes: Partial<R>,
): R {
  return { ...applyProgress(record, changes), eTag: nextETag(), lastModified: getTimestamp() };
}

/**
 * Applies a change of the service itself, such as a task that begins to run. The ETag does not change, so that a client's
 * conditional request still succeeds.
 */
export function applyProgress<R extends Stamped & { readonly state: string }>(
  record: R,
  changes: Partial<R>,
): R {
  const next = { ...record, ...changes };
  if (next.state === record.state) return next;
  return {
    ...next,
    stateTransitionTime: getTimestamp(),
    previousState: record.state,
    previousStateTransitionTime: record.stateTransitionTime,
  };
}

/** Returns a unique ETag, even for calls within one tick of the clock. */
function nextETag(): string {
  const ticks = ticksTo1970 + BigInt(getTime()) * 10_000n;
  lastTicks = ticks > lastTicks ? ticks : lastTicks + 1n;
  return `0x${lastTicks.toString(16).toUpperCase()}`;
}
