import { Semaphore } from "../../core/index.js";
import type { Generation } from "./generation/generation.js";
import { explainSeen } from "./explain-seen.js";
import { findSameFile } from "./generation/find-earlier.js";
import type { LateFile } from "./generation/late-file.js";
import { hasUnexplained } from "./rotation/rotation-search.js";
import { OpenedFiles } from "./files/opened-files.js";
import { listSiblings } from "./files/siblings.js";
import type { SourceFile } from "./files/source-file.js";
import { PathObserver } from "./path-observer.js";
import { SourceReader, type SourceStep } from "./source-reader.js";
import { type SourcePlan, SourceState } from "./source-state.js";

/** The position that a flush has to reach: the end of the content when the flush began. */
export interface SourceGoal {
  readonly generation: Generation | undefined;
  readonly offset: number;
}

/**
 * The content of a tracked path since tracking began, in the order of writing: the generation that is being read, and
 * those that came after it. Every observation holds open the files that it finds; observing and reading never wait for
 * the store.
 */
export class Source {
  readonly #state: SourceState;
  readonly #observer: PathObserver;
  readonly #reader: SourceReader;
  readonly #turn = new Semaphore(1);
  readonly #opened = new OpenedFiles();
  #isUnexplainedLost = false;

  constructor(plan: SourcePlan) {
    this.#state = new SourceState({ ...plan, access: { ...plan.access, opened: this.#opened } });
    this.#observer = new PathObserver(this.#state);
    this.#reader = new SourceReader(this.#state, this.#observer);
  }

  get current(): Generation | undefined {
    return this.#state.current;
  }

  /** In the order of writing. */
  get generations(): readonly Generation[] {
    return this.#state.generations;
  }

  /** Whether bytes are known to be missing anywhere, except those of a loss that is being recorded. */
  get isAnyLossKnown(): boolean {
    return this.#state.isLossKnown() || this.generations.some(({ gapBytes }) => gapBytes !== undefined);
  }

  /** Whether content may be missing between the generations, or after them. */
  get isGapKnown(): boolean {
    const gaps = [this.#state, ...this.generations];
    return gaps.some(({ gapBytes }) => gapBytes !== undefined);
  }

  /** The renamed files that are watched, for the state of the log. */
  get lateFiles(): readonly LateFile[] {
    return this.#state.late.files;
  }

  /** Whether a loss is known that a restart does not find by these files. */
  get isLateLossHidden(): boolean {
    return this.#state.late.isAnyDropped;
  }

  /** The position that a flush has to reach if it begins now. */
  get goal(): SourceGoal {
    const generation = this.#state.last;
    return { generation, offset: generation?.seenBytes ?? 0 };
  }

  /** Whether the goal is reached if the current generation is stored up to an offset. */
  isReached({ generation, offset }: SourceGoal, storedOffset: number): boolean {
    if (this.#isLossKnown()) return false;
    const { current } = this;
    if (current === undefined) return true;
    if (generation === undefined || current.innerGaps.isAt(storedOffset)) return false;
    return current === generation ? storedOffset >= offset : !this.#state.generations.includes(generation);
  }

  /** Whether there is content that is not stored, if the current generation is stored up to an offset. */
  hasMoreThan(storedOffset: number): boolean {
    const { current } = this;
    if (this.#isLossKnown() || current?.innerGaps.isAt(storedOffset) === true) return true;
    return current !== undefined && (current.seenBytes > storedOffset || this.#state.isFollowed());
  }

  /** The number of bytes that were seen and not read, if the current generation is stored up to an offset. */
  countUnread(storedOffset: number): number {
    return this.#state.generations.reduce(
      (sum, each) => sum + each.seenBytes - (each === this.current ? storedOffset : each.start),
      0,
    );
  }

  /** Observes the path, and holds its files open. */
  async look(): Promise<void> {
    await this.#take(async () => {
      await this.#observer.look();
    });
  }

  /**
   * Returns the next bytes after the stored ones, or a loss at that position; `undefined` if there is nothing more at
   * present.
   */
  async next(
    storedOffset: (current: Generation) => number,
    count: number,
    buffer?: Buffer,
  ): Promise<SourceStep | undefined> {
    return await this.#take(() => this.#reader.next(storedOffset, count, buffer));
  }

  /** Must be called when the last reported loss has been recorded. */
  async acknowledgeLoss(): Promise<void> {
    await this.#take(() => this.#reader.acknowledgeLoss());
  }

  /**
   * Observes for the last time. Files that look like incomplete copies now count as lost. May be called again for what was written
   * meanwhile.
   */
  async end(): Promise<void> {
    await this.#take(async () => {
      const isOver = await this.#observer.look();
      await explainSeen(this.#state, { isEnd: true });
      if (!isOver) this.#state.gapBytes ??= 0;
      this.#state.loseSuspects();
      if (this.#isUnexplainedLost || this.current !== undefined) return;
      // The tracked file is gone, and there are files that may have been rotated from it.
      const siblings = await listSiblings(this.#state.plan.access.files, this.#state.plan.path);
      this.#isUnexplainedLost = hasUnexplained(this.#state.search(siblings, undefined));
      if (this.#isUnexplainedLost) this.#state.gapBytes ??= 0;
    });
  }

  /**
   * Takes over what a restart has proved to be stored of the first generation. Returns false if its content may be another one.
   */
  async takeStored(stored: Generation): Promise<boolean> {
    const { files } = this.#state.plan.access;
    return await this.#take(async () => (await this.current?.takeStored(stored, files.nowNs())) === true);
  }

  /** Watches the renamed files that an earlier process has watched. */
  async watchLate(recorded: readonly LateFile[]): Promise<void> {
    await this.#take(async () => {
      for (const each of recorded) await this.#state.watchLate(each);
    });
  }

  /** Forgets all generations but the first: they were found while files were rotated, and are reported as lost. */
  async keepFirst(): Promise<void> {
    await this.#take(() => this.#state.keepFirst());
  }

  /**
   * Records a possible loss if other content of the same path was seen that this source does not have.
   *
   * @param seen - In the order of writing.
   */
  async reportMissing(seen: readonly Generation[]): Promise<void> {
    await this.#take(async () => {
      for (const [index, generation] of seen.entries()) {
        if (await this.#state.hasFoundAgain(generation)) continue;
        const before = seen[index - 1];
        await this.#state.suspectGapAfter(before && findSameFile(this.generations, before));
      }
    });
  }

  /** Records a possible loss before any generation of which nothing is stored. */
  async suspectGap(): Promise<void> {
    await this.#take(() => this.#state.suspectGapAfter(undefined));
  }

  async close(): Promise<void> {
    await this.#take(async () => {
      await this.#observer.close();
      await this.#state.close();
    });
  }

  /** Makes one call after the other. If one fails, the files that it has opened and that are not part of this log are closed. */
  async #take<T>(call: () => Promise<T>): Promise<T> {
    const isKept = (file: SourceFile): boolean =>
      this.#state.listFiles().includes(file) || this.#observer.holds(file);
    return await this.#turn.run(() => this.#opened.closeOnFailure(call, isKept));
  }

  #isLossKnown(): boolean {
    return this.#reader.isReporting || this.#state.isLossKnown();
  }
}
