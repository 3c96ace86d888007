import { parseDurationInMs } from "../api/parse-duration.js";

/** When jobs of a schedule are to start. Times are milliseconds since 1970, durations milliseconds; `Infinity` is no limit. */
export interface Recurrence {
  readonly doNotRunUntil?: number | undefined;
  readonly doNotRunAfter?: number | undefined;
  /** How long after it is due a job may start; then that one is lost. */
  readonly startWindow: number;
  /** Between the start times of two jobs; `Infinity` for a single job. */
  readonly interval: number;
}

/** What becomes of a schedule now. */
export type NextStep =
  /** A job is due; the one after it is next at `following`. */
  | { readonly kind: "start"; readonly following?: number }
  /** Nothing is due before `dueTime`. */
  | { readonly kind: "wait"; readonly dueTime: number }
  /** There is to be no more job. */
  | { readonly kind: "finish" };

/** When the first job is due, of a schedule that was added or given a new recurrence at a time. */
export function findFirstDueTime({ doNotRunUntil = 0 }: Recurrence, addedTime: number): number {
  return Math.max(doNotRunUntil, addedTime);
}

/**
 * Decides what a schedule does, whose next job is due at a time; `undefined` where none is. A job that is due while another
 * one runs waits for it, within its start window and up to the time at which the next one is due.
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

/** The last time up to now at which a job was due: those before it are lost. */
function skipLost(dueTime: number, interval: number, now: number): number {
  if (interval === Infinity || now < dueTime + interval) return dueTime;
  return dueTime + Math.floor((now - dueTime) / interval) * interval;
}

/** The recurrence of a schedule as the API has it. */
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
