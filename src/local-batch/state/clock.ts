import { AsyncLocalStorage } from "node:async_hooks";

/**
 * The clock of a local Batch service: the machine's time plus the time by which it was advanced.
 *
 * Each service of a process has its own clock. Its requests and its engine run within `run`, so that everything that they
 * call reads this clock with {@link getTime}.
 */
export class Clock {
  readonly #listeners = new Set<() => void>();
  #offsetMs = 0;

  /** In milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Advances to a time. Has no effect if it is in the past. */
  advanceTo(time: number): void {
    const step = time - this.now();
    if (step <= 0) return;
    this.#offsetMs += step;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls `listener` after each advance. Returns a function that removes it. */
  onAdvance(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Runs a function whose calls of {@link getTime} read this clock. */
  run<T>(work: () => T): T {
    return clocks.run(this, work);
  }
}

const clocks = new AsyncLocalStorage<Clock>();
const machineClock = new Clock();

/** Returns the clock of the service that the calling code runs for; outside of `run`, the machine's clock. */
export function getClock(): Clock {
  return clocks.getStore() ?? machineClock;
}

/** Returns the time of the current clock in milliseconds since 1970. */
export function getTime(): number {
  return getClock().now();
}

/** Returns the time of the current clock in ISO 8601 and UTC, the format of times in records. */
export function getTimestamp(): string {
  return new Date(getTime()).toISOString();
}
