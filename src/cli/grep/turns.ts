import { setImmediate } from "node:timers/promises";

/** The time after which other work of the process gets its turn. */
const turnInMs = 20;

/** Interrupts long computations, so that signals, answers of the store and other requests do not wait for their end. */
export class Turns {
  #startedAt = performance.now();

  /** Whether the computation has had its turn. */
  isOver(): boolean {
    return performance.now() - this.#startedAt >= turnInMs;
  }

  /** Waits until other work has had its turn. */
  async take(): Promise<void> {
    await setImmediate();
    this.#startedAt = performance.now();
  }
}
