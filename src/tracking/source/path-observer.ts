import { isNewSince } from "./rotation/baseline.js";
import { EmptiedFollower } from "./emptied-follower.js";
import { explainSeen } from "./explain-seen.js";
import { FileFollower } from "./file-follower.js";
import { isBirthRecorded } from "./files/file-stat.js";
import { findEarlier } from "./generation/find-earlier.js";
import { settleAge } from "./generation/record-age.js";
import { Generation } from "./generation/generation.js";
import { skipKnown } from "./generation/skip-stored.js";
import { isSameListing, type Sibling } from "./files/siblings.js";
import { SourceFile } from "./files/source-file.js";
import { PassedContent } from "./passed-content.js";
import type { SourceState } from "./source-state.js";
import { UnknownStart } from "./unknown-start.js";

/** A path that is rotated again and again while it is observed is observed again later. */
const maxLooks = 10;

/** Observes a tracked path, and adds the generations that came after the last one to the state. */
export class PathObserver {
  readonly #state: SourceState;
  readonly #unknownStart = new UnknownStart();
  readonly #passed: PassedContent;
  readonly #emptied: EmptiedFollower;
  readonly #files: FileFollower;

  constructor(state: SourceState) {
    this.#state = state;
    this.#passed = new PassedContent(state);
    this.#emptied = new EmptiedFollower(state, this.#passed, this.#unknownStart);
    this.#files = new FileFollower(state, this.#passed, this.#unknownStart, this.#emptied);
  }

  /** Returns false if the path has changed during every look: then the next one goes on. */
  async look(): Promise<boolean> {
    this.#passed.begin();
    let isOver = false;
    let lookedNs = 0n;
    for (let looks = 0; looks < maxLooks && !isOver; looks += 1) {
      lookedNs = this.#state.plan.access.files.nowNs();
      isOver = await this.#lookOnce();
    }
    if (isOver) this.#settleAge(lookedNs);
    if (!isOver) this.#unknownStart.suspectGap();
    await this.#passed.report(isOver);
    if (isOver) await explainSeen(this.#state);
    return isOver;
  }

  /** Searches for the content of a generation whose file has other content now. */
  async recover(generation: Generation): Promise<void> {
    this.#passed.begin();
    await this.#emptied.recover(generation);
    // Nothing that comes after a loss is read before the loss is known.
    if (this.#passed.isFollowed) await this.#passed.report(true);
  }

  /** Whether a file is held open until the next look. */
  holds(file: SourceFile): boolean {
    return this.#passed.holds(file);
  }

  async close(): Promise<void> {
    await this.#passed.close();
  }

  /** Returns false if the path must be looked at again: it changed meanwhile, or looking took long. */
  async #lookOnce(): Promise<boolean> {
    const { access, path } = this.#state.plan;
    const siblings = await this.#passed.list();
    const last = this.#state.last;
    const stat = await access.files.stat(path);
    const isThere = stat?.isFile === true;
    if (last !== undefined && isThere && last.file.isUnderPath(stat))
      return await this.#lookAtSame(last, siblings);
    if (!isThere) return last === undefined || (await this.#files.follow(last, undefined));
    return await this.#followOther(last);
  }

  /** Adds the file under the path, which is not that of the last generation. */
  async #followOther(last: Generation | undefined): Promise<boolean> {
    const { access, path } = this.#state.plan;
    const file = await SourceFile.open(access, path);
    if (file === undefined) return false;
    const siblingsBefore = new Set(this.#state.baseline.keys());
    const now = new Generation({ file, siblingsBefore });
    const earlier = await findEarlier(this.#state.generations, file);
    if (earlier !== undefined) return await this.#followEarlier(last, now, earlier);
    await skipKnown(now, this.#state);
    return await this.#files.follow(last, now);
  }

  /** A file that was renamed has the path again, before its earlier content was read to the end: that ends where it was last seen. */
  async #followEarlier(last: Generation | undefined, now: Generation, earlier: Generation): Promise<boolean> {
    const end = earlier.seenBytes;
    const isCertain = earlier.file.isHeld || isBirthRecorded(earlier.file.identity);
    // What was written to it under its other name has no place in the log.
    const hasGrown = now.file.first.sizeBytes > end || earlier.isEndUncertain;
    if (hasGrown || !isCertain) now.gapBytes ??= 0;
    if (earlier.hasContent) now.skipTo(end);
    earlier.isEndUncertain = true;
    try {
      const isOver = await this.#files.follow(last, now);
      if (!isOver && hasGrown) await this.#state.suspectGapAfter(earlier);
      return isOver;
    } finally {
      if (this.#state.last === now) earlier.endBytes = end;
    }
  }

  async #lookAtSame(last: Generation, siblings: readonly Sibling[]): Promise<boolean> {
    const { changes } = last;
    const wasEmpty = last.fileBytes === 0;
    last.bytesBeforeMove = undefined;
    const outcome = await this.#emptied.observe(last);
    if (outcome === "replaced" && !last.file.isCertain) {
      // It only has the number of the file: that one is gone.
      last.isCutOff = true;
      await last.file.close();
      return await this.#followOther(last);
    }
    if (outcome === "replaced") await this.#emptied.follow(last);
    if (outcome !== "intact") return false;
    if (wasEmpty && changes > 0 && changes !== last.changes) this.#unknownStart.set(last);
    if (this.#unknownStart.isOf(last)) {
      if (!(await this.#emptied.followWritten(last))) return false;
      this.#unknownStart.clear();
    } else if (!(await this.#rebase(siblings))) return false;
    return await this.#state.late.look();
  }

  /** Not while a new file may be a copy of the present content that is being made. */
  #settleAge(lookedNs: bigint): void {
    const { last, suspects } = this.#state;
    if (last?.file.hasLeft === false && suspects.length === 0)
      settleAge(last, this.#passed.present, lookedNs);
  }

  /** Sets the baseline to the files beside the path now. Returns false while files are being renamed. */
  async #rebase(siblings: readonly Sibling[]): Promise<boolean> {
    const { baseline } = this.#state;
    const hasChanged =
      siblings.length !== baseline.size || siblings.some((each) => isNewSince(baseline, each));
    if (hasChanged && !isSameListing(siblings, await this.#passed.list())) return false;
    this.#state.setBaseline(siblings);
    return true;
  }
}
