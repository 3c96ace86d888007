/** What a look at a log found. */
export interface Look {
  readonly hasGrown: boolean;
  /** Nothing more will come. */
  readonly isOver: boolean;
  /** There was no answer. */
  readonly isFailed?: boolean;
}

const minWaitInMs = 2_000;
const maxWaitInMs = 30_000;
/** A server that is started again is found soon. */
const maxWaitAfterFailureInMs = 10_000;

/**
 * Asks whether a log has grown: every two seconds while it does, at growing intervals while it does not, and not at all
 * while the page is hidden or once the log is complete.
 */
export class Follower {
  #waitInMs = minWaitInMs;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLooking = false;
  #isOver = false;
  #isStopped = true;

  /** @param look reports its failures itself; it is called again after a while. */
  constructor(private readonly look: () => Promise<Look>) {}

  start(): void {
    this.#isStopped = false;
    if (this.#isOver || this.#isLooking || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.lookNow();
    }, this.#waitInMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#clear();
  }

  /** Looks at once, and goes on from there. */
  lookNow(): void {
    if (this.#isLooking || this.#isOver) return;
    this.#clear();
    this.#isLooking = true;
    const looked = (found: Look) => {
      this.#isLooking = false;
      this.#isOver = found.isOver;
      const longest = found.isFailed === true ? maxWaitAfterFailureInMs : maxWaitInMs;
      this.#waitInMs = found.hasGrown ? minWaitInMs : Math.min(longest, this.#waitInMs * 1.5);
      if (!this.#isStopped) this.start();
    };
    this.look().then(looked, () => {
      looked({ hasGrown: false, isOver: false, isFailed: true });
    });
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
