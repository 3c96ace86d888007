import type { FailureInfo } from "../base/failures.js";

/**
 * Synchronizes the instances of a multi-instance task: the application command waits until every coordination command
 * has ended; the subtasks wait until the application command has ended.
 */
export class InstanceGroup {
  /** The failure of the first coordination command that failed; `undefined` if all have succeeded. */
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

  /** Whether the application command has ended, or will not run any more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Calls `listener` when the application command has ended; immediately if it already has. */
  onEnd(listener: () => void): void {
    if (this.#hasEnded) listener();
    else this.#listeners.push(listener);
  }

  /** Reports that the coordination command of an instance has ended; further reports have no effect. */
  report(instanceId: number, failure?: FailureInfo): void {
    this.#waiting.delete(instanceId);
    if (failure || this.#waiting.size === 0) this.#settle(failure);
  }

  end(): void {
    this.#hasEnded = true;
    for (const listener of this.#listeners.splice(0)) listener();
  }
}
