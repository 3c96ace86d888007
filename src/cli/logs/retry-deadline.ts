/**
 * How long saving goes on being tried once there is nothing else left to do: as long as something moves, and then a
 * bounded time more. A large file on a slow line is never given up; a store that takes nothing is.
 */
export class RetryDeadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #idleMs: number;
  #idle: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;

  /** @param idleMs - How long nothing at all may move. Counted from `begin`. */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** Fires when it is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  isOver(): boolean {
    return this.#controller.signal.aborted;
  }

  begin(): void {
    this.#idle ??= this.#abortAfter(this.#idleMs);
  }

  /** Something moved. */
  readonly touch = (): void => {
    this.#idle?.refresh();
  };

  /** From now on only so long, whatever moves: somebody wants the process to end. The first call counts. */
  limit(ms: number): void {
    this.#rest ??= this.#abortAfter(ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#rest);
  }

  #abortAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#controller.abort();
    }, ms);
  }
}
