import type { Generation } from "./generation/generation.js";
import type { OtherContent } from "./generation/other-content.js";
import type { SourceState } from "./source-state.js";

/**
 * Content that was found while files changed. It is held open until the next look. If that does not find it again, it
 * counts as lost.
 */
export class PassedContent {
  readonly #state: SourceState;
  #generations: Generation[] = [];
  #others: OtherContent[] = [];
  #lastBefore: Generation | undefined;

  constructor(state: SourceState) {
    this.#state = state;
  }

  /** Must be called before a search. Content that is found later follows the last generation. */
  begin(): void {
    if (this.#generations.length === 0 && this.#others.length === 0) this.#lastBefore = this.#state.last;
  }

  add(...generations: readonly Generation[]): void {
    this.#generations.push(...generations);
  }

  /** Adds content that was read in the file of a generation after it was truncated. */
  addOthers(others: readonly OtherContent[]): void {
    this.#others.push(...others);
  }

  /** Whether the last generation has changed since the search began. */
  get isFollowed(): boolean {
    return this.#state.last !== this.#lastBefore;
  }

  /** Records a possible loss if some of the content was not found again, and releases it. */
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
