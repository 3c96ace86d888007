/** What a look at a log found. */
export interface Look {
  readonly hasGrown: boolean;
  /** Nothing more will come. */
  readonly isOver: boolean;
}

const shortestWaitMs = 2_000;
const longestWaitMs = 30_000;

/**
 * Looks whether a log has grown, again and again: every two seconds while it does, ever more seldom while it does not, and
 * not at all while nobody looks at the page or when it is over.
 */
export class Follower {
  #waitMs = shortestWaitMs;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLooking = false;
  #isOver = false;
  #isStopped = true;

  /** @param look shows itself what goes wrong; it is called again after a while. */
  constructor(private readonly look: () => Promise<Look>) {}

  start(): void {
    this.#isStopped = false;
    if (this.#isOver || this.#isLooking || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.lookNow();
    }, this.#waitMs);
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
      this.#waitMs = found.hasGrown ? shortestWaitMs : Math.min(longestWaitMs, this.#waitMs * 1.5);
      if (!this.#isStopped) this.start();
    };
    this.look().then(looked, () => {
      looked({ hasGrown: false, isOver: false });
    });
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
