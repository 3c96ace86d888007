import { AbortError, type AbortSignalLike } from "@azure/abort-controller";
import { AdaptiveRate } from "./adaptive-rate.js";
import { type Answer, isThrottled, retryAfterMs } from "./throttling.js";

/** Turns that were missed, because a timer was late or no request was waiting, are made up for, up to this time. */
const maxCatchUpMs = 100;
/** If the store has accepted a request within this time before another was sent, or since, it refuses only some requests. */
const recentMs = 1_000;

/**
 * Schedules the requests of this process to one store: immediately, until the store refuses one because of too many
 * requests. From then on they wait for their turn, at the rate that the store accepts.
 */
export class RequestRate {
  readonly #rate = new AdaptiveRate();
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #nextAt = 0;
  #acceptedAt = Number.NEGATIVE_INFINITY;
  #refusedSince = Number.POSITIVE_INFINITY;

  /** Whether the store has ever accepted a request of this process: then it is shared with others, not unavailable. */
  get hasAccepted(): boolean {
    return this.#acceptedAt !== Number.NEGATIVE_INFINITY;
  }

  /**
   * Waits for a request's turn; returns `undefined` if it is now. Rejects with an `AbortError` as soon as the signal
   * fires.
   */
  turn(abortSignal: AbortSignalLike | undefined): Promise<void> | undefined {
    if (!this.#rate.isLimited && this.#waiting.length === 0) return undefined;
    if (this.#waiting.length === 0 && this.#takeTurn(performance.now())) return undefined;
    return this.#wait(abortSignal);
  }

  /**
   * Records the answer to a request sent at this time (of `performance.now()`), and returns whether it was throttled. A
   * `Retry-After` applies only to that request, or to all requests if the store has not accepted any recently.
   */
  noteAnswer(answer: Answer, sentAt: number): boolean {
    if (!isThrottled(answer)) {
      this.#acceptedAt = performance.now();
      this.#refusedSince = Number.POSITIVE_INFINITY;
      this.#rate.noteAccepted();
      return false;
    }
    const now = performance.now();
    const isFirst = !this.#rate.isLimited;
    this.#refusedSince = Math.min(this.#refusedSince, now);
    this.#rate.noteRefused(sentAt, now);
    // Counted from the sending: an answer that takes long does not make the acceptance of others older.
    const waitMs = this.hasAcceptedSince(sentAt - recentMs) ? 0 : retryAfterMs(answer);
    if (isFirst || waitMs > 0) this.#nextAt = Math.max(this.#nextAt, now + waitMs + this.#computeGapMs(now));
    return true;
  }

  /** Whether the store has accepted any request since then. */
  hasAcceptedSince(time: number): boolean {
    return this.#acceptedAt >= time;
  }

  /** Returns how long the store will have refused everything at the next turn. */
  measureRefusedMs(): number {
    return Math.max(this.#nextAt, performance.now()) - this.#refusedSince;
  }

  #takeTurn(now: number): boolean {
    if (this.#nextAt > now) return false;
    this.#nextAt = Math.max(this.#nextAt, now - maxCatchUpMs) + this.#computeGapMs(now);
    return true;
  }

  /** Computes a random delay, so that programs that share a store do not synchronize. */
  #computeGapMs(now: number): number {
    return (1000 / this.#rate.computePerSecond(now)) * (0.5 + Math.random());
  }

  async #wait(abortSignal: AbortSignalLike | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        abortSignal?.removeEventListener("abort", stop);
        resolve();
      };
      const stop = (): void => {
        abortSignal?.removeEventListener("abort", stop);
        const at = this.#waiting.indexOf(go);
        if (at >= 0) this.#waiting.splice(at, 1);
        this.#schedule();
        reject(new AbortError("The operation was aborted."));
      };
      abortSignal?.addEventListener("abort", stop);
      this.#waiting.push(go);
      if (abortSignal?.aborted) stop();
      else this.#schedule();
    });
  }

  /** One timer for all requests; it keeps the process alive only while requests wait. */
  #schedule(): void {
    if (this.#waiting.length === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        const now = performance.now();
        while (this.#waiting.length > 0 && this.#takeTurn(now)) this.#waiting.shift()?.();
        this.#schedule();
      },
      Math.max(1, this.#nextAt - performance.now()),
    );
  }
}

const paces = new Map<string, RequestRate>();

/** Returns the schedule of this process's requests to the store at a URL. */
export function requestRateFor(url: string): RequestRate {
  const { origin } = new URL(url);
  const pace = paces.get(origin) ?? new RequestRate();
  paces.set(origin, pace);
  return pace;
}
