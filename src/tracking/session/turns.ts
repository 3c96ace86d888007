/** Lets a limited number of calls run at a time; the others wait, in the order in which they came. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atATime: number) {
    this.#free = atATime;
  }

  get isFree(): boolean {
    return this.#free > 0;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    try {
      return await call();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

/**
 * Flushes of all tracked files of the process: each holds up to 4 MiB while it runs, so that what tracking needs of memory
 * does not grow with the number of files.
 */
export const sharedFlushTurns = new Turns(8);

/** Openings, each of which may have to compare a long log with its file: no flush waits for them. */
export const sharedOpeningTurns = new Turns(8);
