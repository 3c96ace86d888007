import { parseDurationInMs } from "../api/parse-duration.js";

/**
 * When the jobs of a schedule start. Times are in milliseconds since 1970, durations in milliseconds; `Infinity` means no
 * limit.
 */
export interface Recurrence {
  readonly doNotRunUntil?: number | undefined;
  readonly doNotRunAfter?: number | undefined;
  /** How long after its due time a job may start. If it has not started by then, it is skipped. */
  readonly startWindow: number;
  /** The time between the start times of two jobs; `Infinity` for a single job. */
  readonly interval: number;
}

/** The next action for a schedule. */
export type NextStep =
  /** A job is due; the one after it is due at `following`. */
  | { readonly kind: "start"; readonly following?: number }
  /** Nothing is due before `dueTime`. */
  | { readonly kind: "wait"; readonly dueTime: number }
  /** There are no more jobs. */
  | { readonly kind: "finish" };

/** Returns the due time of the first job after a schedule was added or its recurrence was changed. */
export function findFirstDueTime({ doNotRunUntil = 0 }: Recurrence, addedTime: number): number {
  return Math.max(doNotRunUntil, addedTime);
}

/**
 * Decides the next step of a schedule. `dueTime` is that of its next job, `undefined` if there is none. A job that is due
 * while another one is active waits for it, within its start window and until the next one is due.
 */
export function decideNextStep(
  recurrence: Recurrence,
  dueTime: number | undefined,
  { now, hasActiveJob }: { readonly now: number; readonly hasActiveJob: boolean },
): NextStep {
  if (dueTime === undefined) return { kind: "finish" };
  const { doNotRunAfter = Infinity, startWindow, interval } = recurrence;
  const current = skipLost(dueTime, interval, now);
  if (now >= doNotRunAfter || current >= doNotRunAfter) return { kind: "finish" };
  if (now < current) return { kind: "wait", dueTime: current };
  const following = current + interval;
  if (now <= current + startWindow && !hasActiveJob)
    return following < doNotRunAfter
      ? { kind: "start", ...(following < Infinity && { following }) }
      : { kind: "start" };
  if (now <= current + startWindow) return { kind: "wait", dueTime: current };
  return following < Infinity ? { kind: "wait", dueTime: following } : { kind: "finish" };
}

/** Returns the latest due time that is not after now. Jobs that were due before it are skipped. */
function skipLost(dueTime: number, interval: number, now: number): number {
  if (interval === Infinity || now < dueTime + interval) return dueTime;
  return dueTime + Math.floor((now - dueTime) / interval) * interval;
}

/** Reads the recurrence from the `schedule` property of the API. */
export function readRecurrence(schedule: {
  readonly doNotRunUntil?: string | undefined;
  readonly doNotRunAfter?: string | undefined;
  readonly startWindow?: string | undefined;
  readonly recurrenceInterval?: string | undefined;
}): Recurrence {
  const { doNotRunUntil, doNotRunAfter, startWindow, recurrenceInterval } = schedule;
  return {
    ...(doNotRunUntil !== undefined && { doNotRunUntil: Date.parse(doNotRunUntil) }),
    ...(doNotRunAfter !== undefined && { doNotRunAfter: Date.parse(doNotRunAfter) }),
    startWindow: parseDurationInMs(startWindow),
    interval: parseDurationInMs(recurrenceInterval),
  };
}
