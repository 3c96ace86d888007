const minPerSecond = 0.5;
/** More requests than one process can send: no limit in practice. */
const maxPerSecond = 50_000;
/** Low, and the same for all processes, so that processes that start at the same time have the same share. */
const firstPerSecond = 10;
/** If a larger share of requests is refused, the rate is far too high. */
const maxRefusedShare = 0.6;
const afterHalving = 0.4;
/** Growth in requests per second, while the limit is unknown or seems to have risen. */
const seekingGrowth = 30;
const quietGrowth = 3;
/**
 * The factor by which a refusal reduces the growth. A single refusal proves little at a low rate shared with others.
 */
const growthAfterRefusal = 0.5;
/** The minimum number of accepted requests for the rate to grow by a factor of e. */
const minAcceptedForGrowth = 8;
/** Refusals within this time have the same cause: together they reduce the rate by about this share. */
const excessMs = 100;
const maxTakenByExcess = 0.1;
/**
 * While requests wait elsewhere, for example for their `Retry-After`, a rate that has not been used for this long does
 * not grow: nothing shows that the store would accept it. After a longer pause, the known limit is outdated.
 */
const maxUnusedSeconds = 0.05;
const maxUnusedTurns = 4;
const longSilenceSeconds = 10;

/**
 * Determines how many requests per second to send to a store that refuses requests above its limit and serves any
 * number of other programs. The limit is not known. It is estimated from the requests that were accepted and refused.
 *
 * Each second increases the rate, each refusal reduces it. The rate converges to a value at which a certain share of
 * requests is refused, so that all of the store's capacity is used: 35 % at 2 per second, 5 % at 60. All programs that
 * share a store see the same share of refusals, and therefore reach the same rate.
 *
 * Times are in ms, on any clock.
 */
export class AdaptiveRate {
  #perSecond = Number.POSITIVE_INFINITY;
  #changedAt = 0;
  #refusedAt = 0;
  /** Requests sent before this time prove nothing about the present rate. */
  #setBackAt = 0;
  /** The exponent of the current growth. It decreases as the limit becomes known. */
  #growth = 0;
  /** A weighted average over about a quarter of a second, but at least 8 requests. Recent requests count more. */
  #refusedShare = 0;
  #excessAt = Number.NEGATIVE_INFINITY;
  #minAfterExcess = 0;

  /** Whether the store is known to refuse requests above some rate. */
  get isLimited(): boolean {
    return this.#perSecond !== Number.POSITIVE_INFINITY;
  }

  /** Requests per second; infinite as long as nothing is refused. */
  computePerSecond(now: number): number {
    if (this.isLimited) this.#grow(now);
    return this.#perSecond;
  }

  noteAccepted(): void {
    this.#refusedShare -= this.#refusedShare / this.#requestsThatCount;
  }

  /** To be called when a request sent at this time was refused. */
  noteRefused(sentAt: number, now: number): void {
    const wasLimited = this.isLimited;
    if (wasLimited) this.#grow(now);
    this.#changedAt = this.#refusedAt = now;
    if (!wasLimited) this.#setBack(firstPerSecond, now);
    else if (sentAt > this.#setBackAt) this.#reduce(now);
  }

  get #requestsThatCount(): number {
    return Math.max(8, this.#perSecond / 4);
  }

  #reduce(now: number): void {
    this.#refusedShare += (1 - this.#refusedShare) / this.#requestsThatCount;
    const rate = this.#perSecond;
    if (this.#refusedShare > maxRefusedShare) {
      this.#setBack(rate / 2, now);
      return;
    }
    this.#growth *= growthAfterRefusal;
    if (now - this.#excessAt > excessMs) {
      this.#excessAt = now;
      this.#minAfterExcess = rate * (1 - maxTakenByExcess);
    }
    if (rate <= this.#minAfterExcess) return;
    this.#perSecond = Math.max(minPerSecond, rate - Math.max(1, Math.sqrt(rate) / 2));
  }

  #setBack(perSecond: number, now: number): void {
    this.#perSecond = Math.max(minPerSecond, perSecond);
    this.#setBackAt = now;
    this.#growth = Math.log(seekingGrowth);
    this.#refusedShare = afterHalving;
  }

  #grow(now: number): void {
    const elapsed = (now - this.#changedAt) / 1000;
    const maxSeconds = maxUnusedSeconds + maxUnusedTurns / this.#perSecond;
    const seconds = elapsed > longSilenceSeconds ? elapsed : Math.min(elapsed, maxSeconds);
    this.#changedAt = now;
    this.#perSecond += (0.4 + this.#perSecond / 6) * seconds;
    // Longer than the usual time between two refusals at the right rate.
    const isQuiet = now - this.#refusedAt > Math.min(5_000, 5_000 / Math.sqrt(this.#perSecond));
    const growth = Math.min(this.#growth, this.#perSecond / minAcceptedForGrowth);
    this.#perSecond *= Math.exp(seconds * Math.max(growth, isQuiet ? Math.log(quietGrowth) : 0));
    if (this.#perSecond > maxPerSecond) this.#perSecond = Number.POSITIVE_INFINITY;
  }
}
