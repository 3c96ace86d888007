/** An object that is called repeatedly. */
export interface Polled {
  /** Performs the due work, and returns the delay until the next call. Never rejects. */
  poll(): Promise<number>;
}

interface Entry {
  dueAt: number;
  isRunning: boolean;
  hurriedTo: number;
}

/**
 * Calls that are due within this time are made together, so that a process with a thousand files does not wake up for
 * each.
 */
const togetherMs = 10;

/**
 * One timer for all tracked files of the process. It does not keep the process alive: tracked files must be closed, or
 * passed to `flushOnExit`.
 */
export class Poller {
  readonly #entries = new Map<Polled, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  add(polled: Polled): void {
    this.#entries.set(polled, {
      dueAt: performance.now(),
      isRunning: false,
      hurriedTo: Number.POSITIVE_INFINITY,
    });
    this.#schedule(performance.now());
  }

  remove(polled: Polled): void {
    this.#entries.delete(polled);
    if (this.#entries.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  /** Makes the next call within `inMs` from now, if it is due later. */
  hurry(polled: Polled, inMs: number): void {
    const entry = this.#entries.get(polled);
    if (entry === undefined) return;
    const at = performance.now() + inMs;
    if (entry.isRunning) entry.hurriedTo = Math.min(entry.hurriedTo, at);
    else if (at < entry.dueAt) {
      entry.dueAt = at;
      this.#schedule(at);
    }
  }

  #schedule(at: number): void {
    if (at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(
      () => {
        this.#run();
      },
      Math.max(0, at - performance.now()),
    );
    this.#timer.unref();
  }

  #run(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const due = performance.now() + togetherMs;
    let next = Number.POSITIVE_INFINITY;
    for (const [polled, entry] of this.#entries) {
      if (entry.isRunning) continue;
      if (entry.dueAt <= due) this.#call(polled, entry);
      else next = Math.min(next, entry.dueAt);
    }
    if (next < Number.POSITIVE_INFINITY) this.#schedule(next);
  }

  #call(polled: Polled, entry: Entry): void {
    entry.isRunning = true;
    entry.hurriedTo = Number.POSITIVE_INFINITY;
    const done = (inMs: number): void => {
      entry.isRunning = false;
      if (this.#entries.get(polled) !== entry) return;
      entry.dueAt = Math.min(performance.now() + inMs, entry.hurriedTo);
      this.#schedule(entry.dueAt);
    };
    polled.poll().then(done, () => {
      done(1_000);
    });
  }
}

export const sharedPoller = new Poller();
