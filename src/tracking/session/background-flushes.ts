import { isBatchOutputsError, linkAbort, computeRetryDelayInMs } from "../../core/index.js";
import { createFlushRetryPolicy, computeLookDelayInMs } from "./flush-interval.js";
import { watchFile } from "./folder-watch.js";
import { type Polled, sharedPoller } from "./poller.js";
import type { TrackingSession } from "./tracking-session.js";

/** The delay between a file system event and looking at the file. */
const afterChangeInMs = 20;
const afterRenameInMs = 1;
/** The minimum interval between two looks at a file without an event. */
const minLookDelayInMs = 10;

/**
 * Looks at a tracked file repeatedly, and flushes it when the flush interval has passed, until it is stopped. Looks do
 * not wait for a flush.
 */
export class BackgroundFlushes implements Polled {
  readonly #session: TrackingSession;
  readonly #onError: (error: unknown) => void;
  readonly #watch: Disposable;
  readonly #abort = linkAbort(undefined);
  #nextFlushAt: number;
  #isFlushing = false;
  #failures = 0;
  #quietLooks = 0;

  constructor(session: TrackingSession, onError: (error: unknown) => void) {
    this.#session = session;
    this.#onError = onError;
    this.#nextFlushAt = session.intervalInMs === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : 0;
    this.#watch = watchFile(session.path, (event) => {
      if (event === "rename") sharedPoller.hurry(this, afterRenameInMs);
      // A file that changes continuously is looked at often in any case. After a quiet period it is looked at soon.
      else if (this.#quietLooks > 0) sharedPoller.hurry(this, afterChangeInMs);
    });
    sharedPoller.add(this);
  }

  /** Also ends the running flush. */
  stop(): void {
    this.#watch[Symbol.dispose]();
    sharedPoller.remove(this);
    this.#abort.abort();
  }

  async poll(): Promise<number> {
    let isBehind = false;
    try {
      isBehind = await this.#session.look();
    } catch (error) {
      this.#fail(error);
    }
    this.#quietLooks = isBehind ? 0 : this.#quietLooks + 1;
    const { intervalInMs } = this.#session;
    const untilFlush = this.#nextFlushAt - performance.now();
    if (isBehind && untilFlush <= 0 && !this.#isFlushing) {
      this.#flush().catch((error: unknown) => {
        this.#fail(error);
      });
    }
    const delay = computeLookDelayInMs(intervalInMs, this.#quietLooks);
    const untilNext = isBehind && !this.#isFlushing ? Math.min(untilFlush, delay) : delay;
    return Math.max(minLookDelayInMs, untilNext);
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true;
    const startedAt = performance.now();
    try {
      await this.#session.flush({ abortSignal: this.#abort.signal });
      this.#failures = 0;
      this.#nextFlushAt = startedAt + this.#session.intervalInMs;
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isFlushing = false;
      sharedPoller.hurry(this, Math.max(0, this.#nextFlushAt - performance.now()));
    }
  }

  #fail(error: unknown): void {
    // Errors after closing are thrown by `close`.
    if (this.#abort.signal.aborted) return;
    this.#failures += 1;
    const policy = createFlushRetryPolicy(this.#session.intervalInMs);
    this.#nextFlushAt = performance.now() + computeRetryDelayInMs(policy, this.#failures);
    this.#onError(error);
    if (isOver(error)) this.stop();
  }
}

/** Whether the error is final: the log belongs to another writer, or was deleted. */
function isOver(error: unknown): boolean {
  return isBatchOutputsError(error) && (error.code === "AnotherWriter" || error.code === "OutputNotFound");
}
