import { AbortError, type AbortSignalLike } from "@azure/abort-controller";
import { AdaptiveRate } from "./adaptive-rate.js";
import { type Answer, isThrottled, retryAfterMs } from "./throttling.js";

/** Turns that a late timer, or nobody, has missed are made up for, but no more than those of so long. */
const maxCatchUpMs = 100;
/** A store that has taken on a request so short a time ago refuses single ones. */
const latelyMs = 1_000;

/**
 * When the requests of this process to one store may start: at once, until the store refuses one for being too many. From
 * then on they take turns, at the rate that the store turns out to accept.
 */
export class RequestRate {
  readonly #rate = new AdaptiveRate();
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #nextAt = 0;
  #acceptedAt = Number.NEGATIVE_INFINITY;
  #refusedSince = Number.POSITIVE_INFINITY;

  /** Whether the store has ever taken on a request of this process: it is there, and is shared with others. */
  get hasAccepted(): boolean {
    return this.#acceptedAt !== Number.NEGATIVE_INFINITY;
  }

  /** Waits for a request's turn; `undefined` when it is now. Rejects with an `AbortError` as soon as the signal fires. */
  turn(abortSignal: AbortSignalLike | undefined): Promise<void> | undefined {
    if (!this.#rate.isLimited && this.#waiting.length === 0) return undefined;
    if (this.#waiting.length === 0 && this.#takeTurn(performance.now())) return undefined;
    return this.#wait(abortSignal);
  }

  /**
   * Tells what became of a request that was sent at this time (of `performance.now()`). Gives whether it was throttled. For
   * how long the store wants to be left alone holds for that request; and for all, where it has not taken on any lately.
   */
  answered(answer: Answer, sentAt: number): boolean {
    if (!isThrottled(answer)) {
      this.#acceptedAt = performance.now();
      this.#refusedSince = Number.POSITIVE_INFINITY;
      this.#rate.accepted();
      return false;
    }
    const now = performance.now();
    const isFirst = !this.#rate.isLimited;
    this.#refusedSince = Math.min(this.#refusedSince, now);
    this.#rate.refused(sentAt, now);
    const waitMs = now - this.#acceptedAt < latelyMs ? 0 : retryAfterMs(answer);
    if (isFirst || waitMs > 0) this.#nextAt = Math.max(this.#nextAt, now + waitMs + this.#gapMs(now));
    return true;
  }

  /** Whether the store has taken on any request since then. */
  hasAcceptedSince(time: number): boolean {
    return this.#acceptedAt >= time;
  }

  /** How long the store will have refused everything when the next turn comes. */
  refusedMsAtNextTurn(): number {
    return Math.max(this.#nextAt, performance.now()) - this.#refusedSince;
  }

  #takeTurn(now: number): boolean {
    if (this.#nextAt > now) return false;
    this.#nextAt = Math.max(this.#nextAt, now - maxCatchUpMs) + this.#gapMs(now);
    return true;
  }

  /** Uneven, so that programs that share a store do not fall into step. */
  #gapMs(now: number): number {
    return (1000 / this.#rate.perSecond(now)) * (0.5 + Math.random());
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

  /** One timer for all, which keeps the process alive only as long as somebody waits. */
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

/** The pace of this process's requests to the store at a URL. */
export function requestRateFor(url: string): RequestRate {
  const { origin } = new URL(url);
  const pace = paces.get(origin) ?? new RequestRate();
  paces.set(origin, pace);
  return pace;
}
