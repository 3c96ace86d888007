import { linkAbort } from "../../core/index.js";

/**
 * The time until which failed saves are retried after the command has ended. It is extended while data is accepted: a
 * large file on a slow connection is completed, but a store that accepts no data ends the retries.
 */
export class RetryDeadline implements Disposable {
  /** Every log and file that is stored listens to it. */
  readonly #abort = linkAbort();
  readonly #idleTimeInMs: number;
  #idle: NodeJS.Timeout | undefined;
  #limit: NodeJS.Timeout | undefined;
  #isDisposed = false;

  /** @param idleTimeInMs - The maximum time without accepted data, counted from `start`. */
  constructor(idleTimeInMs: number) {
    this.#idleTimeInMs = idleTimeInMs;
  }

  /** Fires when the deadline has passed. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get hasPassed(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Starts the time. Has no effect after disposal, because a timer would keep the process alive. */
  start(): void {
    if (this.#isDisposed) return;
    this.#idle ??= this.#abortAfter(this.#idleTimeInMs);
  }

  /** To be called when the store has accepted data: the idle time begins again. */
  readonly extend = (): void => {
    this.#idle?.refresh();
  };

  /** Sets a final deadline, because the process received a signal to end. Later calls have no effect. */
  limitTo(timeInMs: number): void {
    if (this.#isDisposed) return;
    this.#limit ??= this.#abortAfter(timeInMs);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#idle);
    clearTimeout(this.#limit);
  }

  #abortAfter(timeInMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#abort.abort();
    }, timeInMs);
  }
}
