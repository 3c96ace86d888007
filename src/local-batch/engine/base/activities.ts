import { setTimeout } from "node:timers/promises";
import { createClientLogger } from "@azure/logger";
import type { Interruption } from "./interruption.js";
import type { NodeAddress } from "./node-folders.js";

const logger = createClientLogger("batch-outputs:local-batch");

/** What something that takes time is about. */
export interface ActivitySubject {
  readonly node?: NodeAddress;
  readonly jobId?: string;
  readonly taskId?: string;
  /** Slots that it takes on its node. */
  readonly slots?: number;
  /** It is a part of a multi-instance task beside the primary, which counts as the task. */
  readonly isSubtask?: boolean;
  /** It wants its node for itself. */
  readonly exclusive?: boolean;
}

export interface Activity extends ActivitySubject {
  readonly key: string;
  readonly interrupted: boolean;
  /** Never rejects. */
  readonly ended: Promise<void>;
  interrupt(reason: Interruption): void;
}

/** After something failed that should not: long enough not to do it again and again without a pause. */
const pauseAfterFailureInMs = 1_000;

/**
 * What is going on, at most one for a key. The engine looks at records and decides; what takes time is done here, and when
 * it has ended the engine looks again.
 */
export class Activities {
  readonly #running = new Map<string, Activity>();
  readonly #onEnd: () => void;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  has(key: string): boolean {
    return this.#running.has(key);
  }

  get(key: string): Activity | undefined {
    return this.#running.get(key);
  }

  /** Does nothing while one with this key is going on. */
  start(key: string, subject: ActivitySubject, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#running.has(key)) return;
    const controller = new AbortController();
    this.#running.set(key, {
      ...subject,
      key,
      get interrupted() {
        return controller.signal.aborted;
      },
      interrupt: (reason) => {
        controller.abort(reason);
      },
      ended: this.#carryOut(key, work, controller.signal),
    });
  }

  [Symbol.iterator](): IterableIterator<Activity> {
    return this.#running.values();
  }

  /** Resolves when nothing is going on. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #carryOut(
    key: string,
    work: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      // Not in the turn of whoever starts it: it is known as going on before it does anything.
      await Promise.resolve();
      await work(signal);
    } catch (error) {
      logger.error(`${key} failed, and is tried again:`, error);
      if (!signal.aborted)
        await setTimeout(pauseAfterFailureInMs, undefined, { signal }).catch(() => undefined);
    } finally {
      this.#running.delete(key);
      this.#onEnd();
    }
  }
}
