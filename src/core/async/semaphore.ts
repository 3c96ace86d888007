import type { AbortSignalLike } from "@azure/abort-controller";
import { throwIfAborted, untilAborted } from "./abort.js";

/** A place in a {@link Semaphore}, for the time of a call. */
export interface SemaphorePlace {
  /** Says that the call has made progress: see `maxIdleInMs`. */
  touch(): void;
}

class Holder implements SemaphorePlace {
  isOverdue = false;
  #touchedAt = performance.now();

  touch(): void {
    this.#touchedAt = performance.now();
  }

  /** Marks it when it was not touched since. */
  check(idleSince: number): void {
    this.isOverdue ||= this.#touchedAt <= idleSince;
  }
}

/** Lets a limited number of calls run at a time; the others wait, in the order in which they came. */
export class Semaphore {
  readonly #limit: number;
  readonly #maxIdleInMs: number;
  readonly #holders = new Set<Holder>();
  readonly #waiting = new Map<Holder, () => void>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param maxIdleInMs - A call that makes no progress for so long does not count any more: those that wait are not held
   * up by calls that hang.
   */
  constructor(limit: number, maxIdleInMs: number = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#maxIdleInMs = maxIdleInMs;
  }

  /** Makes the call when there is a place. The wait ends with the signal's `AbortError`; the call has to see to itself. */
  async run<T>(call: (place: SemaphorePlace) => Promise<T>, abortSignal?: AbortSignalLike): Promise<T> {
    throwIfAborted(abortSignal);
    const holder = new Holder();
    try {
      if (this.#isFull()) await this.#wait(holder, abortSignal);
      this.#holders.add(holder);
      return await call(holder);
    } finally {
      this.#waiting.delete(holder);
      this.#holders.delete(holder);
      this.#admit();
    }
  }

  #isFull(): boolean {
    return [...this.#holders].filter(({ isOverdue }) => !isOverdue).length >= this.#limit;
  }

  async #wait(holder: Holder, abortSignal: AbortSignalLike | undefined): Promise<void> {
    const entered = new Promise<void>((resolve) => {
      this.#waiting.set(holder, resolve);
    });
    this.#watch();
    await (abortSignal === undefined ? entered : untilAborted(entered, abortSignal));
  }

  #admit(): void {
    for (const [holder, enter] of this.#waiting) {
      if (this.#isFull()) return;
      this.#waiting.delete(holder);
      holder.touch();
      this.#holders.add(holder);
      enter();
    }
  }

  /** While somebody waits, looks for calls that make no progress. */
  #watch(): void {
    if (this.#timer !== undefined || this.#maxIdleInMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const idleSince = performance.now() - this.#maxIdleInMs;
        for (const holder of this.#holders) holder.check(idleSince);
        this.#admit();
        if (this.#waiting.size > 0) this.#watch();
      },
      Math.max(10, this.#maxIdleInMs / 4),
    );
  }
}
