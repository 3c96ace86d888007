const minPerSecond = 0.5;
/** More than one process can make: no limit at all. */
const maxPerSecond = 50_000;
/** Low, and the same for all: of programs that begin at a time, none is ahead. */
const firstPerSecond = 10;
/** Above so much refused, the rate is not a little but far too high. */
const maxRefusedShare = 0.6;
const afterHalving = 0.4;
/** A second, where nothing is known of the limit, and where it seems to have risen. */
const seekingGrowth = 30;
const quietGrowth = 3;
/** Of that zeal, with each refusal: a single one says little, at a low rate that others share. */
const zealLeft = 0.5;
/** So many accepted requests, at least, it takes for the rate to grow by a factor of e: fewer show nothing. */
const requestsThatTell = 8;
/** What is refused within so short a time tells of one and the same excess: it takes this part of the rate, not much more. */
const excessMs = 100;
const maxTakenByExcess = 0.1;
/**
 * While requests wait elsewhere, for their `Retry-After` perhaps, a rate that is not made use of for longer than this does not
 * grow: nothing shows that the store would take it. After so long a silence, what was known of the limit is old.
 */
const maxUnusedSeconds = 0.05;
const maxUnusedTurns = 4;
const longSilenceSeconds = 10;

/**
 * How many requests a second to make of a store that refuses what is above its limit, while any number of other programs
 * make theirs. All that anybody knows of that limit is what was accepted and what was refused.
 *
 * Each second adds to the rate, each refusal takes away. So it rests where a certain share is refused: enough that nothing
 * of what the store would take is left unused, and the less the higher the rate is, 35 % at 2 a second, 5 % at 60. Who
 * shares a store meets the same share of refusals as the others, and so comes to the same rate as they.
 *
 * Times are in ms, on any clock.
 */
export class AdaptiveRate {
  #perSecond = Number.POSITIVE_INFINITY;
  #changedAt = 0;
  #refusedAt = 0;
  /** What was sent before says nothing of the rate that there is now. */
  #setBackAt = 0;
  /** How fast it grows since it was set back, as an exponent: the less, the more has shown how high it may be. */
  #zeal = 0;
  /** Of the requests of about a quarter of a second, and of 8 at least; the later, the more one counts. */
  #refusedShare = 0;
  #excessAt = Number.NEGATIVE_INFINITY;
  #minAfterExcess = 0;

  /** Whether the store refuses what is above some rate, as far as is known. */
  get isLimited(): boolean {
    return this.#perSecond !== Number.POSITIVE_INFINITY;
  }

  /** Requests a second; infinite as long as nothing is refused. */
  perSecond(now: number): number {
    if (this.isLimited) this.#grow(now);
    return this.#perSecond;
  }

  accepted(): void {
    this.#refusedShare -= this.#refusedShare / this.#requestsThatCount;
  }

  /** A request was refused that was sent at this time. */
  refused(sentAt: number, now: number): void {
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
    this.#zeal *= zealLeft;
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
    this.#zeal = Math.log(seekingGrowth);
    this.#refusedShare = afterHalving;
  }

  #grow(now: number): void {
    const elapsed = (now - this.#changedAt) / 1000;
    const maxSeconds = maxUnusedSeconds + maxUnusedTurns / this.#perSecond;
    const seconds = elapsed > longSilenceSeconds ? elapsed : Math.min(elapsed, maxSeconds);
    this.#changedAt = now;
    this.#perSecond += (0.4 + this.#perSecond / 6) * seconds;
    // Longer than there mostly is between two refusals where the rate is right.
    const isQuiet = now - this.#refusedAt > Math.min(5_000, 5_000 / Math.sqrt(this.#perSecond));
    const zeal = Math.min(this.#zeal, this.#perSecond / requestsThatTell);
    this.#perSecond *= Math.exp(seconds * Math.max(zeal, isQuiet ? Math.log(quietGrowth) : 0));
    if (this.#perSecond > maxPerSecond) this.#perSecond = Number.POSITIVE_INFINITY;
  }
}
