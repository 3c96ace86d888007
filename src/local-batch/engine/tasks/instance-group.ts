import type { FailureInfo } from "../base/failures.js";

/**
 * What the instances of a multi-instance task wait for among each other: the application command, until every coordination
 * command has ended; the subtasks, until that command has.
 */
export class InstanceGroup {
  /** Why the first coordination command that failed did; `undefined` where all have succeeded. */
  readonly coordinated: Promise<FailureInfo | undefined>;
  readonly #waiting: Set<number>;
  readonly #listeners: (() => void)[] = [];
  #hasEnded = false;
  #settle: (failure: FailureInfo | undefined) => void = () => undefined;

  constructor(instanceCount: number) {
    this.#waiting = new Set(Array.from({ length: instanceCount }, (_, id) => id));
    this.coordinated = new Promise((settle) => {
      this.#settle = settle;
    });
  }

  /** Whether the application command has ended, or is to run no more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Calls `listener` when that is so, at once where it is so already. */
  onEnd(listener: () => void): void {
    if (this.#hasEnded) listener();
    else this.#listeners.push(listener);
  }

  /** The coordination command of an instance has ended; said again, it means nothing. */
  report(instanceId: number, failure?: FailureInfo): void {
    this.#waiting.delete(instanceId);
    if (failure || this.#waiting.size === 0) this.#settle(failure);
  }

  end(): void {
    this.#hasEnded = true;
    for (const listener of this.#listeners.splice(0)) listener();
  }
}
