/**
 * How many bytes of buffers a call may hold at a time. It is what keeps memory flat: whoever wants a buffer waits here
 * until others have given theirs back. First come, first served, so that a large request is not starved by small
 * ones; a request above the whole budget is let in alone.
 */
export class ByteBudget {
  readonly #limit: number;
  readonly #waiting: { bytes: number; enter: () => void }[] = [];
  #held = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** Waits for room, and gives the function that returns it; calling that twice does nothing. */
  async acquire(bytes: number): Promise<() => void> {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) {
      await new Promise<void>((enter) => this.#waiting.push({ bytes, enter }));
    } else {
      this.#held += bytes;
    }
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      this.#held -= bytes;
      this.#admit();
    };
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.#limit;
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#held += next.bytes;
      next.enter();
    }
  }
}
