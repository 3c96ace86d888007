/** The flush interval when this process may be killed soon. */
const urgentFlushIntervalInMs = 1_000;

/** Flushes logs every second, from the call of `start` on. */
export class UrgentFlushes implements Disposable {
  readonly #flush: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(flush: () => void) {
    this.#flush = flush;
  }

  get isStarted(): boolean {
    return this.#timer !== undefined;
  }

  /** Flushes now, and then every second. */
  start(): void {
    this.#flush();
    this.#timer ??= setInterval(this.#flush, urgentFlushIntervalInMs).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
