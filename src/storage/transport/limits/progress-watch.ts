/** A try that must make progress. */
export interface WatchedTry {
  /** The maximum time without progress. */
  readonly timeoutInMs: number;
  /** A number that grows with every byte sent or received. */
  readonly progress: () => number;
  /** Ends the try after that time without progress. */
  readonly onTimeout: () => void;
}

interface WatchEntry {
  readonly watched: WatchedTry;
  seenProgress: number;
  idleMs: number;
}

const maxPeriodMs = 500;

/**
 * Ends tries that make no progress. One timer checks all of them a few times within the shortest limit: a timer for
 * each try would be too expensive for small requests. The timer does not keep the process alive.
 *
 * Time in which the event loop did not run (a long computation, a suspended machine) does not count: answers may be
 * waiting to be read.
 */
class ProgressWatch {
  readonly #entries = new Set<WatchEntry>();
  #timer: NodeJS.Timeout | undefined;
  #periodMs = maxPeriodMs;
  #lookedAt = 0;

  /** Watches a try. Returns a function that ends watching. */
  watch(watched: WatchedTry): () => void {
    const entry = { watched, seenProgress: watched.progress(), idleMs: 0 };
    this.#entries.add(entry);
    this.#keepPeriodBelow(watched.timeoutInMs / 5);
    return () => {
      this.#entries.delete(entry);
    };
  }

  #keepPeriodBelow(periodMs: number): void {
    if (this.#timer !== undefined && periodMs >= this.#periodMs) return;
    clearInterval(this.#timer);
    this.#periodMs = Math.min(maxPeriodMs, periodMs);
    this.#lookedAt = performance.now();
    this.#timer = setInterval(this.#look, this.#periodMs).unref();
  }

  readonly #look = (): void => {
    const now = performance.now();
    const elapsedMs = Math.min(now - this.#lookedAt, 2 * this.#periodMs);
    this.#lookedAt = now;
    for (const entry of this.#entries) this.#lookAt(entry, elapsedMs);
    if (this.#entries.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#periodMs = maxPeriodMs;
  };

  #lookAt(entry: WatchEntry, elapsedMs: number): void {
    const { watched } = entry;
    const progress = watched.progress();
    if (progress !== entry.seenProgress) {
      entry.seenProgress = progress;
      entry.idleMs = 0;
      return;
    }
    entry.idleMs += elapsedMs;
    if (entry.idleMs < watched.timeoutInMs) return;
    this.#entries.delete(entry);
    watched.onTimeout();
  }
}

const watch = new ProgressWatch();

/** Watches the progress of a try. Returns a function that ends watching. */
export function watchProgress(watched: WatchedTry): () => void {
  return watch.watch(watched);
}
