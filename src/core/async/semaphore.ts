import type { AbortSignalLike } from "@azure/abort-controller";
import { throwIfAborted, raceWithAbort } from "./abort.js";

/** A call that a {@link Semaphore} runs. */
export interface SemaphoreSlot {
  /** Reports progress of the call: see `maxIdleInMs`. */
  touch(): void;
}

class Holder implements SemaphoreSlot {
  isOverdue = false;
  #touchedAt = performance.now();

  touch(): void {
    this.#touchedAt = performance.now();
  }

  /** Marks the call as overdue if it has made no progress since. */
  check(idleSince: number): void {
    this.isOverdue ||= this.#touchedAt <= idleSince;
  }
}

/** Limits the number of concurrent calls. Waiting calls start in the order in which they were made. */
export class Semaphore {
  readonly #limit: number;
  readonly #maxIdleInMs: number;
  readonly #holders = new Set<Holder>();
  readonly #waiting = new Map<Holder, () => void>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param maxIdleInMs - A call without progress for this time no longer counts, so that calls that hang do not block waiting
   * ones.
   */
  constructor(limit: number, maxIdleInMs: number = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#maxIdleInMs = maxIdleInMs;
  }

  /**
   * Runs the call when the limit allows it. `abortSignal` ends the wait with an `AbortError`; the call itself has to observe it.
   */
  async run<T>(call: (slot: SemaphoreSlot) => Promise<T>, abortSignal?: AbortSignalLike): Promise<T> {
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
    await (abortSignal === undefined ? entered : raceWithAbort(entered, abortSignal));
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

  /** While calls wait, checks for calls without progress. */
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
