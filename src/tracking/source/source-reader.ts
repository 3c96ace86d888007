import type { Generation } from "./generation/generation.js";
import { findSurplusBetween, observeBetween } from "./generation/later-generations.js";
import type { PathObserver } from "./path-observer.js";
import type { SourceState } from "./source-state.js";

/** The next thing to do for the log. */
export type SourceStep =
  | { readonly kind: "data"; readonly generation: Generation; readonly data: Buffer }
  /** Bytes are missing here, at least `knownBytes`. The loss must be reported, and then acknowledged. */
  | { readonly kind: "lost"; readonly knownBytes: number };

interface ReportedLoss {
  readonly knownBytes: number;
  acknowledge(): Promise<void> | void;
}

/** The maximum number of times that a file may be replaced during one read. After that, the next flush reads it. */
const maxRecoveries = 10;

/** The number of reads, one after the other, after which the rest of a generation counts as lost. */
const maxFailedReads = 3;

/** Reads the generations of a tracked path one after the other, with the losses between them. */
export class SourceReader {
  readonly #state: SourceState;
  readonly #observer: PathObserver;
  /** The loss that is being reported. What is found to be missing meanwhile is another one, after it. */
  #reported: ReportedLoss | undefined;
  #failedReads = 0;

  constructor(state: SourceState, observer: PathObserver) {
    this.#state = state;
    this.#observer = observer;
  }

  /** Whether a loss was returned, and is not acknowledged. */
  get isReporting(): boolean {
    return this.#reported !== undefined;
  }

  /** Returns a loss again that was not acknowledged. */
  async next(
    storedOffset: (current: Generation) => number,
    count: number,
    buffer: Buffer | undefined,
  ): Promise<SourceStep | undefined> {
    if (this.#reported !== undefined) return { kind: "lost", knownBytes: this.#reported.knownBytes };
    let isReplaced = false;
    for (let recoveries = 0; recoveries < maxRecoveries;) {
      const { current } = this.#state;
      if (current?.gapBytes !== undefined) {
        const knownBytes = current.gapBytes;
        current.gapBytes = undefined;
        return this.#lose(knownBytes);
      }
      if (current?.isCutOff === true) return this.#loseRest(current, storedOffset(current));
      if (current?.innerGaps.isAt(storedOffset(current)) === true) {
        const offset = storedOffset(current);
        return this.#lose(0, () => {
          current.innerGaps.remove(offset);
        });
      }
      // Checked before the read, because all content of this generation was written before that of the next one.
      const isOver = await this.#isOver();
      // Only a look finds a hole.
      if (current?.hasContent === false && (await this.#lookAtEmpty(current))) {
        recoveries += 1;
        continue;
      }
      if (current !== undefined && (await this.#isCopy(current))) {
        await this.#dropCopy(current);
        continue;
      }
      const offset = current === undefined ? 0 : storedOffset(current);
      const allowed = current?.hasContent === true ? await this.#limit(current, offset, count) : 0;
      if (allowed === undefined) {
        recoveries += 1;
        await this.#observer.look();
        continue;
      }
      const data =
        current?.hasContent === true ? await current.read(offset, allowed, buffer) : Buffer.alloc(0);
      if (data === "gone" && current !== undefined) current.isCutOff = true;
      else if (data === "replaced" && current !== undefined) {
        recoveries += 1;
        isReplaced = true;
        await this.#observer.recover(current);
      } else if (Buffer.isBuffer(data)) {
        this.#failedReads = 0;
        if (data.length > 0 && current !== undefined) return { kind: "data", generation: current, data };
        if (!isOver) return this.#loseGap();
        await this.#state.finishCurrent();
      }
    }
    if (isReplaced) this.#giveUpAfter(maxFailedReads);
    return undefined;
  }

  /**
   * The number of bytes to read: of a file under the path, only those that the last look has seen. `undefined` if a file that was renamed has
   * the path again: the next look finds out where its earlier content ends.
   */
  async #limit(current: Generation, offset: number, count: number): Promise<number | undefined> {
    let end: number | undefined;
    if (current.endBytes !== undefined) end = current.endBytes;
    else if (current !== this.#state.last) {
      end = (await current.file.use((handle) => handle.stat()))?.sizeBytes;
      // Checked after the size: what the file has then was written before.
      if (await this.#hasComeBack(current)) {
        current.isEndUncertain = true;
        return undefined;
      }
    } else if (!current.isComplete) end = current.bytesAtListing;
    return end === undefined ? count : Math.max(0, Math.min(count, end - offset));
  }

  /** Whether the file of an earlier generation has the tracked path again, and no look has found that. */
  async #hasComeBack({ endBytes, file }: Generation): Promise<boolean> {
    const { last } = this.#state;
    if (endBytes !== undefined || last === undefined || last.file.identity === file.identity) return false;
    return await file.isUnderPathNow();
  }

  /** What cannot be read again and again is lost, so that the log goes on. */
  #giveUpAfter(failedReads: number): void {
    const { current } = this.#state;
    this.#failedReads += 1;
    if (this.#failedReads < failedReads || current === undefined) return;
    this.#failedReads = 0;
    current.isCutOff = true;
  }

  /** Must be called when the last reported loss has been recorded. */
  async acknowledgeLoss(): Promise<void> {
    await this.#reported?.acknowledge();
    this.#reported = undefined;
  }

  /**
   * Whether content that is stored, or will be, was copied over its file after it was renamed. Not if some of it is stored: the file goes on
   * with its own content, of which another file is the copy.
   */
  async #isCopy(generation: Generation): Promise<boolean> {
    const { begun, bytesBeforeMove, fileBytes } = generation;
    if (begun || bytesBeforeMove === undefined || fileBytes <= bytesBeforeMove) return false;
    return await this.#state.isCopyOfOther(generation);
  }

  /** Its file was overwritten with a copy of other content. */
  async #dropCopy(generation: Generation): Promise<void> {
    const [, next] = this.#state.generations;
    if (next === undefined) this.#state.gapBytes ??= 0;
    else next.gapBytes ??= 0;
    await this.#state.remove(generation);
  }

  /** Looks at a generation without content. Returns whether other content was found. */
  async #lookAtEmpty(current: Generation): Promise<boolean> {
    if (current === this.#state.last || (await this.#hasComeBack(current))) await this.#observer.look();
    else if ((await current.observe(this.#state.plan.access.files.nowNs())) === "gone")
      current.isCutOff = true;
    return this.#state.current !== current || current.gapBytes !== undefined || current.isCutOff;
  }

  #loseRest(current: Generation, storedOffset: number): SourceStep {
    const seenBytes = current.seenBytes + current.missingBytes;
    return this.#lose(Math.max(0, seenBytes - storedOffset), () => this.#state.removeLost(current));
  }

  /** Reports the loss after the current generation, if no generation follows at which it could be reported. */
  #loseGap(): SourceStep | undefined {
    const knownBytes = this.#state.takeGap();
    return knownBytes === undefined ? undefined : this.#lose(knownBytes);
  }

  #lose(knownBytes: number, acknowledge: () => Promise<void> | void = () => undefined): SourceStep {
    this.#reported = { knownBytes, acknowledge };
    return { kind: "lost", knownBytes };
  }

  /**
   * Whether the writer has continued with the next generation, so that the current one is complete when it is read to
   * its end.
   */
  async #isOver(): Promise<boolean> {
    if (this.#state.generations.length < 2) return false;
    if (this.#state.isFollowed()) return true;
    await this.#observer.look();
    await observeBetween(this.#state.generations, this.#state.plan.access.files.nowNs());
    if (this.#state.isFollowed()) return true;
    const surplus = findSurplusBetween(this.#state.generations);
    if (surplus !== undefined) await this.#state.remove(surplus);
    return false;
  }
}
