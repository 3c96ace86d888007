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
 * The record with changes that a client can see: a new ETag, and where the state becomes another one, the former state
 * and when that was.
 */
export function applyChange<R extends Stamped & { readonly state: string }>(
  record: R,
  changes: Partial<R>,
): R {
  const now = currentTimestamp();
  const next = { ...record, ...changes, eTag: nextETag(), lastModified: now };
  if (next.state === record.state) return next;
  return {
    ...next,
    stateTransitionTime: now,
    previousState: record.state,
    previousStateTransitionTime: record.stateTransitionTime,
  };
}

/**
 * The record with changes that the service itself makes: a new state has its times, and the ETag stays as it is, because no
 * client has changed anything.
 */
export function applyTransition<R extends Stamped & { readonly state: string }>(
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
