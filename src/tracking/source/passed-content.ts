import type { Generation } from "./generation/generation.js";
import type { OtherContent } from "./generation/other-content.js";
import type { SourceState } from "./source-state.js";

/**
 * Content that was found while files changed. It is held open until the next look has found it again; otherwise it is
 * lost.
 */
export class PassedContent {
  readonly #state: SourceState;
  #generations: Generation[] = [];
  #others: OtherContent[] = [];
  #lastBefore: Generation | undefined;

  constructor(state: SourceState) {
    this.#state = state;
  }

  /** Must be called before a search: content that is found from now on comes after the last generation. */
  begin(): void {
    if (this.#generations.length === 0 && this.#others.length === 0) this.#lastBefore = this.#state.last;
  }

  add(...generations: readonly Generation[]): void {
    this.#generations.push(...generations);
  }

  /** Adds what was read in the file of a generation after it was emptied. */
  addOthers(others: readonly OtherContent[]): void {
    this.#others.push(...others);
  }

  /** Whether the last generation is another one than when the search began. */
  get isFollowed(): boolean {
    return this.#state.last !== this.#lastBefore;
  }

  /** Records a possible loss if any of it was not found again, and forgets it. */
  async report(): Promise<void> {
    const generations = this.#generations;
    const others = this.#others;
    this.#generations = [];
    this.#others = [];
    let isAnyLost = false;
    for (const other of others) isAnyLost ||= !(await this.#state.holdsOther(other));
    for (const generation of generations) {
      isAnyLost ||= !(await this.#state.hasFoundAgain(generation));
      if (!this.#state.generations.some(({ file }) => file === generation.file))
        await generation.file.close();
    }
    if (isAnyLost) this.#state.suspectGapAfter(this.#lastBefore);
  }

  async close(): Promise<void> {
    for (const { file } of this.#generations) await file.close();
    this.#generations = [];
  }
}
