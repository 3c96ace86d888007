import { isBatchOutputsError } from "../../core/index.js";
import { watchFile } from "./folder-watch.js";
import { lookMs, retryMs } from "./flush-interval.js";
import { type Polled, sharedPoller } from "./poller.js";
import type { TrackingSession } from "./tracking-session.js";

/** How soon a file is looked at after the system said that something happened to it. */
const afterHintMs = 20;

/** Looks at a tracked file again and again, and flushes it when it is time, until it is stopped. */
export class BackgroundFlushes implements Polled {
  readonly #session: TrackingSession;
  readonly #onError: (error: unknown) => void;
  readonly #watch: Disposable;
  #nextFlushAt: number;
  #failures = 0;
  #isStopped = false;
  #quietLooks = 0;

  constructor(session: TrackingSession, onError: (error: unknown) => void) {
    this.#session = session;
    this.#onError = onError;
    this.#nextFlushAt = session.intervalMs === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : 0;
    this.#watch = watchFile(session.path, () => {
      // A file that is written to all the time is looked at often enough, and a quiet one soon.
      if (this.#quietLooks > 0) sharedPoller.hurry(this, afterHintMs);
    });
    sharedPoller.add(this);
  }

  stop(): void {
    this.#isStopped = true;
    this.#watch[Symbol.dispose]();
    sharedPoller.remove(this);
  }

  async poll(): Promise<number> {
    const { intervalMs } = this.#session;
    const now = performance.now();
    const isDue = now >= this.#nextFlushAt;
    try {
      const isBehind = isDue ? await this.#session.flushIfBehind() : await this.#session.look();
      this.#failures = 0;
      this.#quietLooks = isBehind ? 0 : this.#quietLooks + 1;
      if (isDue && isBehind) this.#nextFlushAt = now + intervalMs;
    } catch (error) {
      this.#failures += 1;
      this.#nextFlushAt = now + retryMs(this.#failures, intervalMs);
      // What fails once it is closed is told by close.
      if (!this.#isStopped) this.#onError(error);
      if (isOver(error)) this.stop();
    }
    const untilFlush =
      this.#quietLooks === 0 ? this.#nextFlushAt - performance.now() : Number.POSITIVE_INFINITY;
    return Math.max(0, Math.min(untilFlush, lookMs(intervalMs, this.#quietLooks)));
  }
}

/** Whether trying again cannot help: the log is another's, or gone. */
function isOver(error: unknown): boolean {
  return isBatchOutputsError(error) && (error.code === "AnotherWriter" || error.code === "OutputNotFound");
}
