import { setTimeout } from "node:timers/promises";
import { createClientLogger } from "@azure/logger";
import { redactError } from "../../../core/index.js";
import type { Interruption } from "./interruption.js";
import type { NodeAddress } from "./node-folders.js";

const logger = createClientLogger("batch-outputs:local-batch");

/** The object of an activity. */
export interface ActivitySubject {
  readonly node?: NodeAddress;
  readonly jobId?: string;
  readonly taskId?: string;
  /** The number of slots that it uses on its node. */
  readonly slots?: number;
  /** Whether it is a subtask of a multi-instance task; the primary counts as the task. */
  readonly isSubtask?: boolean;
  /** Whether it uses its node exclusively. */
  readonly exclusive?: boolean;
}

export interface Activity extends ActivitySubject {
  readonly key: string;
  readonly interrupted: boolean;
  /** Never rejects. */
  readonly ended: Promise<void>;
  interrupt(reason: Interruption): void;
}

/** The delay after an unexpected error, before the work is tried again. */
const pauseAfterFailureInMs = 1_000;

/**
 * Running activities, at most one for each key. The engine reads records and makes decisions. Work that takes time runs
 * here, and the engine is called again when it ends.
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

  /** Has no effect while an activity with this key is running. */
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
      ended: this.#run(key, work, controller.signal),
    });
  }

  [Symbol.iterator](): IterableIterator<Activity> {
    return this.#running.values();
  }

  /** Resolves when no activity is running. */
  async waitUntilEnded(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #run(key: string, work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      // Continues in a later microtask, so that the activity is registered before its work begins.
      await Promise.resolve();
      await work(signal);
    } catch (error) {
      redactError(error);
      logger.error(`${key} failed, and is tried again:`, error);
      if (!signal.aborted)
        await setTimeout(pauseAfterFailureInMs, undefined, { signal }).catch(() => undefined);
    } finally {
      this.#running.delete(key);
      this.#onEnd();
    }
  }
}
