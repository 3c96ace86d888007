import { AsyncLocalStorage } from "node:async_hooks";

/**
 * The time of a local Batch service: that of the machine, and whatever it was advanced by.
 *
 * Services of one process have a clock each. A service enters its own where work begins, which is a request and a look of
 * the engine at the records; all that follows from there reads it with {@link currentTime}.
 */
export class Clock {
  readonly #listeners = new Set<() => void>();
  #offsetMs = 0;

  /** In milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Moves on to a time; does nothing where that has passed. */
  advanceTo(time: number): void {
    const step = time - this.now();
    if (step <= 0) return;
    this.#offsetMs += step;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls `listener` after each advance; gives what ends that. */
  onAdvance(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Runs something that reads this clock. */
  run<T>(work: () => T): T {
    return clocks.run(this, work);
  }
}

const clocks = new AsyncLocalStorage<Clock>();
const machineClock = new Clock();

/** The clock of the service that the caller works for; the machine's outside of any. */
export function currentClock(): Clock {
  return clocks.getStore() ?? machineClock;
}

/** In milliseconds since 1970. */
export function currentTime(): number {
  return currentClock().now();
}

/** As ISO 8601 in UTC, which is how records have times. */
export function currentTimestamp(): string {
  return new Date(currentTime()).toISOString();
}
