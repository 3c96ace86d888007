/** From this offset of a file, the bytes arrived at this time. */
export interface Arrival {
  readonly offset: number;
  readonly at: number;
  readonly withinMs: number;
}

/** The minimum time between two arrivals that are kept, and its share of the file's age. */
const minStepInMs = 1_000;
const stepsPerAge = 10_000;

/**
 * When the bytes of a growing file arrived. At most one arrival a second is kept; later ones less often, so that their number
 * depends on the logarithm of the time: 10,000 in the first three hours, and 30,000 in a day.
 */
export class Arrivals {
  readonly startedAt: number;
  readonly #now: () => number;
  #arrivals: Arrival[] = [];
  #last: Arrival | undefined;
  #latest: number;

  /** @param now - A clock, for tests. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.startedAt = now();
    this.#latest = this.startedAt;
  }

  /** The time now. It never goes back, even if the clock is set back. */
  get now(): number {
    this.#latest = Math.max(this.#latest, this.#now());
    return this.#latest;
  }

  /** Records that bytes from this offset on have arrived now, or at most `sinceMs` ago. Offsets grow. */
  add(offset: number, sinceMs = 0): void {
    const at = this.now;
    const stepMs = Math.max(minStepInMs, (at - this.startedAt) / stepsPerAge);
    if (this.#last !== undefined && at - this.#last.at < stepMs) return;
    this.#last = { offset, at, withinMs: Math.ceil(Math.max(stepMs, sinceMs)) };
    this.#arrivals.push(this.#last);
  }

  /** Returns the arrivals before an offset, and forgets them. */
  take(endOffset: number): readonly Arrival[] {
    const count = this.#arrivals.findIndex(({ offset }) => offset >= endOffset);
    return this.#arrivals.splice(0, count === -1 ? this.#arrivals.length : count);
  }
}
