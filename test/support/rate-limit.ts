import type { Fault } from "./faults.js";
import type { RequestInfo } from "./exchange.js";

export interface RateLimitOptions {
  /** Requests a second that are passed on; what is above is answered 503 "ServerBusy". */
  readonly perSecond: number;
  /** How much of a second can be made up for later: the bucket's depth. */
  readonly burstSeconds: number;
  /** Who made a request: what the shares are counted by. */
  readonly clientOf: (request: RequestInfo) => string;
}

/** What a limit let through in a time. */
export interface Admitted {
  readonly seconds: number;
  /** What it would have let through, had somebody asked for all of it. */
  readonly possible: number;
  readonly accepted: number;
  readonly refused: number;
  readonly acceptedOf: ReadonlyMap<string, number>;
}

/** While the proxy itself is kept from its work, its limit does not run on: nobody could have been let through. */
const maxElapsedMs = 100;

/**
 * A store that takes so many requests a second and no more: a bucket, empty at first, into which tokens fall at that rate, of
 * which each request takes one.
 */
export class RateLimit implements Disposable {
  readonly #options: RateLimitOptions;
  readonly #ticking: NodeJS.Timeout;
  #lookedAt = performance.now();
  #tokens = 0;
  #runMs = 0;
  #startedMs = 0;
  #refused = 0;
  #acceptedOf = new Map<string, number>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
    this.#ticking = setInterval(() => {
      this.#look();
    }, maxElapsedMs / 5);
  }

  /** The fault for a request, to be asked for by the proxy's `onRequest`. */
  answer(request: RequestInfo): Fault | undefined {
    this.#look();
    if (this.#tokens < 1) {
      this.#refused += 1;
      return { kind: "answer", status: 503, code: "ServerBusy" };
    }
    this.#tokens -= 1;
    const client = this.#options.clientOf(request);
    this.#acceptedOf.set(client, this.acceptedOf(client) + 1);
    return undefined;
  }

  acceptedOf(client: string): number {
    return this.#acceptedOf.get(client) ?? 0;
  }

  /** Counts from now on, with nothing left over from before. */
  restart(): void {
    this.#look();
    this.#tokens = 0;
    this.#startedMs = this.#runMs;
    this.#refused = 0;
    this.#acceptedOf = new Map();
  }

  /** What was let through since the last `restart`. */
  admitted(): Admitted {
    this.#look();
    const seconds = (this.#runMs - this.#startedMs) / 1000;
    const acceptedOf = new Map(this.#acceptedOf);
    return {
      seconds,
      possible: this.#options.perSecond * seconds,
      accepted: [...acceptedOf.values()].reduce((sum, count) => sum + count, 0),
      refused: this.#refused,
      acceptedOf,
    };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ticking);
  }

  #look(): void {
    const now = performance.now();
    const elapsedMs = Math.min(now - this.#lookedAt, maxElapsedMs);
    const { perSecond, burstSeconds } = this.#options;
    this.#lookedAt = now;
    this.#runMs += elapsedMs;
    this.#tokens = Math.min(perSecond * burstSeconds, this.#tokens + (perSecond * elapsedMs) / 1000);
  }
}
