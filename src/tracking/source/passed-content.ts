import type { Generation } from "./generation/generation.js";
import { holdsOther } from "./generation/later-generations.js";
import type { OtherContent } from "./generation/other-content.js";
import { isSameListing, listSiblings, type Sibling } from "./files/siblings.js";
import type { SourceFile } from "./files/source-file.js";
import { isIn, isPerhapsRotated } from "./rotation/sibling-search.js";
import type { SourceState } from "./source-state.js";

/** The number of failed searches after which content counts as lost. */
const maxFailures = 3;

/**
 * Content that was found while files changed. It is held open until the next look. If that does not find it again, it
 * counts as lost. So does a new file that was listed and is gone before anything could be found in it.
 */
export class PassedContent {
  readonly #state: SourceState;
  readonly #generations: Generation[] = [];
  #others: OtherContent[] = [];
  /** New files with names of rotated files, and content that is not known, by identity and size. */
  readonly #listed = new Map<string, Sibling>();
  #present: readonly Sibling[] = [];
  #lastBefore: Generation | undefined;
  /** The number of failed searches, one after the other, for the same content. */
  #failures = 0;

  constructor(state: SourceState) {
    this.#state = state;
  }

  /** All files of the last listing. */
  get present(): readonly Sibling[] {
    return this.#present;
  }

  /** Must be called before a search. Content that is found later follows the last generation. */
  begin(): void {
    const isAnyLeft = this.#generations.length > 0 || this.#others.length > 0 || this.#listed.size > 0;
    if (!isAnyLeft) this.#lastBefore = this.#state.last;
  }

  holds(file: SourceFile): boolean {
    return this.#generations.some((each) => each.file === file);
  }

  add(...generations: readonly Generation[]): void {
    this.#generations.push(...generations);
  }

  /** Adds content that was read in the file of a generation after it was truncated. */
  addOthers(others: readonly OtherContent[]): void {
    this.#others.push(...others);
  }

  /** Lists the files beside the path that have names of rotated files. */
  async list(): Promise<readonly Sibling[]> {
    const { access, path } = this.#state.plan;
    const siblings = await listSiblings(access.files, path);
    const search = this.#state.search(siblings, undefined);
    for (const sibling of siblings)
      if (isPerhapsRotated(search, sibling))
        this.#listed.set(`${sibling.identity} ${sibling.stat.sizeBytes}`, sibling);
    this.#present = siblings;
    return siblings;
  }

  /** Whether nothing has changed since, so that the findings describe a single moment. */
  async isStable(siblings: readonly Sibling[], now: Generation | undefined): Promise<boolean> {
    const { access, path } = this.#state.plan;
    if (now !== undefined && (await now.observe(access.files.nowNs())) !== "intact") return false;
    const stat = await access.files.stat(path);
    const isSame = now === undefined ? stat?.isFile !== true : stat !== undefined && now.file.is(stat);
    return isSame && isSameListing(siblings, await this.list());
  }

  /** Whether the last generation has changed since the search began. */
  get isFollowed(): boolean {
    return this.#state.last !== this.#lastBefore;
  }

  /**
   * Records a possible loss if some of the content was not found again, and releases it. If it fails, it can be called again.
   *
   * @param isOver - Whether the search has found all files that are there now.
   */
  async report(isOver: boolean): Promise<void> {
    const isAnyLost = await this.#isAnyLost();
    if (isAnyLost || (isOver && this.#hasVanished())) await this.#state.suspectGapAfter(this.#lastBefore);
    // Nothing is released before a loss is recorded.
    if (isOver) this.#listed.clear();
    this.#others = [];
    this.#failures = 0;
    await this.close();
  }

  /** What cannot be looked for again and again counts as lost. */
  async #isAnyLost(): Promise<boolean> {
    try {
      for (const other of this.#others) if (!(await holdsOther(this.#state.generations, other))) return true;
      for (const generation of this.#generations)
        if (!(await this.#state.hasFoundAgain(generation))) return true;
      return false;
    } catch (error) {
      this.#failures += 1;
      if (this.#failures < maxFailures) throw error;
      return true;
    }
  }

  /** Whether a file that was listed is neither beside the path now nor part of this log. */
  #hasVanished(): boolean {
    const search = this.#state.search([], undefined);
    return [...this.#listed.values()].some(
      (each) => !search.isKnown(each.identity) && !isIn(this.#present, each),
    );
  }

  async close(): Promise<void> {
    for (let passed = this.#generations.shift(); passed !== undefined; passed = this.#generations.shift()) {
      const { file } = passed;
      if (!this.#state.generations.some((each) => each.file === file)) await file.close();
    }
  }
}
