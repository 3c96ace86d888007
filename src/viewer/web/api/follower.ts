/** The result of checking once whether something has grown. */
export interface PollResult {
  readonly hasGrown: boolean;
  /** Nothing more will come. */
  readonly isOver: boolean;
  /** The request failed. */
  readonly isFailed?: boolean;
}

const minWaitInMs = 2_000;
const maxWaitInMs = 30_000;
/** The maximum share of time that requests may take: a slow answer is requested less often. */
const maxPollShare = 0.05;
/** Short, so that a restarted server is noticed soon. */
const maxWaitAfterFailureInMs = 10_000;

export interface FollowerOptions {
  /** The delay after something has grown, in milliseconds. Default: 2,000. */
  readonly minWaitInMs?: number;
  /** The maximum delay while nothing grows, in milliseconds. Default: 30,000. Slow answers extend it. */
  readonly maxWaitInMs?: number;
}

/**
 * Polls for growth: with a short delay after growth, with increasing delays while there is none, and not at all while stopped or
 * when nothing more will come.
 */
export class Follower {
  readonly #minWaitInMs: number;
  readonly #maxWaitInMs: number;
  #waitInMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isPolling = false;
  #isOver = false;
  #isStopped = true;

  /** @param poll Handles its errors itself. It is called again after an error. */
  constructor(
    private readonly poll: () => Promise<PollResult>,
    options: FollowerOptions = {},
  ) {
    this.#minWaitInMs = options.minWaitInMs ?? minWaitInMs;
    this.#maxWaitInMs = options.maxWaitInMs ?? maxWaitInMs;
    this.#waitInMs = this.#minWaitInMs;
  }

  start(): void {
    this.#isStopped = false;
    if (this.#isOver || this.#isPolling || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.pollNow();
    }, this.#waitInMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#clear();
  }

  /** Polls now; the next delay starts from here. */
  pollNow(): void {
    if (this.#isPolling || this.#isOver) return;
    this.#clear();
    this.#isPolling = true;
    const startedAt = performance.now();
    const finish = (found: PollResult) => {
      this.#isPolling = false;
      this.#isOver = found.isOver;
      const maxWaitInMs = found.isFailed === true ? maxWaitAfterFailureInMs : this.#maxWaitInMs;
      const wait = found.hasGrown ? this.#minWaitInMs : Math.min(maxWaitInMs, this.#waitInMs * 1.5);
      const cost = found.isFailed === true ? 0 : (performance.now() - startedAt) / maxPollShare;
      this.#waitInMs = Math.max(wait, cost);
      if (!this.#isStopped) this.start();
    };
    this.poll().then(finish, () => {
      finish({ hasGrown: false, isOver: false, isFailed: true });
    });
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Polls while the page is visible, until the returned function is called. */
export function followWhileVisible(follower: Follower): () => void {
  const update = () => {
    if (document.hidden) {
      follower.stop();
      return;
    }
    follower.start();
    follower.pollNow();
  };
  if (!document.hidden) follower.start();
  document.addEventListener("visibilitychange", update);
  // The network is back.
  window.addEventListener("online", update);
  return () => {
    document.removeEventListener("visibilitychange", update);
    window.removeEventListener("online", update);
    follower.stop();
  };
}
