/** What a look at something that may grow found. */
export interface PollResult {
  readonly hasGrown: boolean;
  /** Nothing more will come. */
  readonly isOver: boolean;
  /** There was no answer. */
  readonly isFailed?: boolean;
}

const minWaitInMs = 2_000;
const maxWaitInMs = 30_000;
/** Of the time between two looks, a look may take this share: what takes long to answer is asked for rarely. */
const maxPollShare = 0.05;
/** A server that is started again is found soon. */
const maxWaitAfterFailureInMs = 10_000;

export interface FollowerOptions {
  /** How long to wait after something has grown; 2 s by default. */
  readonly minWaitInMs?: number;
  /** How long to wait at most while nothing grows; 30 s by default. Answers that take long make it longer. */
  readonly maxWaitInMs?: number;
}

/**
 * Asks again and again whether something has grown: soon after it did, at growing intervals while it does not, and not at
 * all while it is stopped or once nothing more will come.
 */
export class Follower {
  readonly #minWaitInMs: number;
  readonly #maxWaitInMs: number;
  #waitInMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isPolling = false;
  #isOver = false;
  #isStopped = true;

  /** @param poll reports its failures itself; it is called again after a while. */
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

  /** Looks at once, and goes on from there. */
  pollNow(): void {
    if (this.#isPolling || this.#isOver) return;
    this.#clear();
    this.#isPolling = true;
    const startedAt = performance.now();
    const finish = (found: PollResult) => {
      this.#isPolling = false;
      this.#isOver = found.isOver;
      const longest = found.isFailed === true ? maxWaitAfterFailureInMs : this.#maxWaitInMs;
      const wait = found.hasGrown ? this.#minWaitInMs : Math.min(longest, this.#waitInMs * 1.5);
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

/** Has a follower ask while the page is in sight, until the returned function is called. */
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
  return () => {
    document.removeEventListener("visibilitychange", update);
    follower.stop();
  };
}
