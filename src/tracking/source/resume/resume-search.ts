import { type Baseline, createBaseline, isPerhapsEarlier } from "../rotation/baseline.js";
import { getFileIdentity, isBirthRecorded } from "../files/file-stat.js";
import { Generation } from "../generation/generation.js";
import type { GenerationPlan } from "../generation/generation-plan.js";
import { recordAge } from "../generation/record-age.js";
import { hasHead } from "../generation/head-digest.js";
import { findFollowers } from "../rotation/rotation-search.js";
import { isIn, isPerhapsRotated, openSibling, type RotationSearch } from "../rotation/sibling-search.js";
import { findBeside, isSameListing, listSiblings, removeUnproven, type Sibling } from "../files/siblings.js";
import { Source } from "../source.js";
import { SourceFile } from "../files/source-file.js";
import { ignoreDenied } from "../files/unless-denied.js";
import { isTimeWrong, type RecordedGeneration, type StoredGeneration } from "./recorded-generation.js";
import type { FoundSource, ResumePlan } from "./resume-plan.js";
import { StoredMatches } from "./stored-matches.js";

/** A search for the file and position at which a stored log continues. */
export class ResumeSearch {
  readonly #plan: ResumePlan;
  readonly #recorded: RecordedGeneration | undefined;
  readonly #stored: StoredGeneration;
  readonly #matches: StoredMatches;
  #siblings: Sibling[] = [];
  #nowIdentity: string | undefined;
  #nowBytes = 0;
  /** Whether the recorded time is not one of the clock as it is now: it shows the age of no file. */
  #isTimeWrong = false;
  #unmatched: Generation | undefined;
  #rotated: readonly Sibling[] = [];

  constructor(plan: ResumePlan, recorded: RecordedGeneration | undefined, stored: StoredGeneration) {
    this.#plan = plan;
    this.#recorded = recorded;
    this.#stored = stored;
    this.#matches = new StoredMatches(recorded?.holeBytes ?? 0, stored, (file, part) =>
      this.#createGeneration(file, part),
    );
  }

  /** The content of the file under the path before it was compared, if the log does not continue in it. */
  get unmatched(): Generation | undefined {
    return this.#unmatched;
  }

  /** The files that may have been rotated from the path since the recorded generation. */
  get rotated(): readonly Sibling[] {
    return this.#rotated;
  }

  /** Whether a file that an earlier search listed is gone. */
  isAnyGone(rotated: readonly Sibling[]): boolean {
    return rotated.some((each) => each.identity !== this.#nowIdentity && !isIn(this.#siblings, each));
  }

  /** Searches. If nothing is found, the unmatched content is held open. */
  async find(): Promise<FoundSource | undefined> {
    const { access, path } = this.#plan;
    this.#siblings = await listSiblings(access.files, path);
    const now = await SourceFile.open(access, path);
    this.#nowIdentity = now?.identity;
    this.#nowBytes = now?.first.sizeBytes ?? 0;
    const stats = [...(now === undefined ? [] : [now.first]), ...this.#siblings.map(({ stat }) => stat)];
    this.#isTimeWrong = isTimeWrong(this.#recorded, stats, access.files.nowNs());
    const search = this.#search(now);
    this.#rotated = this.#siblings.filter((each) => isPerhapsRotated(search, each));
    const found = this.#stored.sizeBytes === 0 ? await this.#findUnstored(now) : await this.#findStored(now);
    if (found === undefined && this.#unmatched === undefined) await now?.close();
    return found;
  }

  /** Whether the files are still those that were compared. */
  async isStable(): Promise<boolean> {
    const { access, path } = this.#plan;
    const stat = await access.files.stat(path);
    const identity = stat?.isFile === true ? getFileIdentity(stat) : undefined;
    if (identity !== this.#nowIdentity || (stat?.sizeBytes ?? 0) < this.#nowBytes) return false;
    return isSameListing(this.#siblings, await listSiblings(access.files, path));
  }

  /**
   * Finds the source of a log in which nothing is stored: the recorded file, even if it was renamed, if it begins with
   * the recorded content, and the files after it.
   */
  async #findUnstored(now: SourceFile | undefined): Promise<FoundSource> {
    const recorded = this.#recorded;
    const search = this.#search(now);
    if (recorded?.file === undefined || recorded.file === now?.identity) {
      const younger = recorded === undefined ? [] : this.#listNew(search, new Set());
      const generations = now === undefined ? [] : [this.#createGeneration(now)];
      if (recorded?.file !== undefined) this.#keepAge(generations, younger);
      const isLossPossible =
        younger.length > 0 || this.#isPerhapsAnother(now) || !(await this.#hasRecordedHead(now));
      return await this.#createFoundSource(generations, isLossPossible);
    }
    const moved = await this.#openRecorded(search, recorded.file);
    if (moved === undefined || !(await this.#hasRecordedHead(moved.file))) {
      await moved?.file.close();
      return await this.#createFoundSource(now === undefined ? [] : [this.#createGeneration(now)], true);
    }
    const generation = this.#createGeneration(moved.file);
    this.#keepAge([generation], []);
    return await this.#createFollowedSource(search, generation, moved.sibling, now);
  }

  /** Whether a file begins with the recorded content. Another file may have been copied over it. */
  async #hasRecordedHead(file: SourceFile | undefined): Promise<boolean> {
    const { head, holeBytes } = this.#recorded ?? { head: undefined, holeBytes: 0 };
    return file === undefined || (await hasHead(file, holeBytes, head));
  }

  /** Whether the file may be another one that reuses the inode number of the recorded file. */
  #isPerhapsAnother(now: SourceFile | undefined): boolean {
    const recorded = this.#recorded;
    if (recorded?.file === undefined || now === undefined || isBirthRecorded(recorded.file)) return false;
    return now.first.modifiedNs !== recorded.sinceNs;
  }

  /** The files beside the path that are new, except those that were found. */
  #listNew(search: RotationSearch, found: ReadonlySet<string>): readonly Sibling[] {
    return this.#siblings.filter(
      ({ identity, path }) =>
        !search.baseline.has(identity) &&
        !search.isTracked(path) &&
        identity !== this.#recorded?.file &&
        !found.has(identity),
    );
  }

  async #findStored(now: SourceFile | undefined): Promise<FoundSource | undefined> {
    const recorded = this.#recorded;
    const search = this.#search(now);
    const isRecorded = recorded?.file !== undefined && recorded.file === now?.identity;
    const moved =
      recorded?.file === undefined || isRecorded
        ? undefined
        : await this.#openRecorded(search, recorded.file);
    if (moved !== undefined) {
      const generation = await this.#matches.match(moved.file);
      if (generation !== undefined) {
        const hasOtherCopy = await this.#matches.hasOtherCopy(search, generation.file);
        const found = await this.#createFollowedSource(search, generation, moved.sibling, now);
        if (hasOtherCopy) generation.gapBytes ??= 0;
        return found;
      }
      await moved.file.close();
    }
    const seen = now && this.#createGeneration(now);
    await seen?.observe(this.#plan.access.files.nowNs());
    const current = now && (await this.#matches.match(now));
    if (current !== undefined) {
      const isPerhapsAnother = isRecorded
        ? await this.#matches.hasOtherCopy(search, current.file)
        : recorded?.file !== undefined && recorded.isUnfinished;
      return await this.#createFoundSource([current], isPerhapsAnother);
    }
    this.#unmatched = seen;
    // Only a truncated file leaves a copy. If the file is new, or was deleted, the files beside it prove nothing.
    if (!isRecorded) return undefined;
    const copy = await this.#matches.findCopy(search);
    return copy && (await this.#createFollowedSource(search, copy.generation, copy.sibling, now, true));
  }

  /** Creates the source from a generation in a file beside the path, those after it, and the present file. */
  async #createFollowedSource(
    search: RotationSearch,
    first: Generation,
    anchor: Sibling | undefined,
    now: SourceFile | undefined,
    isEmptied = false,
  ): Promise<FoundSource> {
    const current = now && this.#createGeneration(now);
    const emptied =
      isEmptied && current !== undefined ? { sizeBytes: first.seenBytes, now: current } : undefined;
    if (emptied !== undefined) {
      first.isComplete = true;
      await current?.observe(this.#plan.access.files.nowNs());
    }
    const wasEmpty = this.#stored.sizeBytes === 0;
    const earlier = this.#siblings.filter(
      (each) => wasEmpty && anchor !== undefined && isPerhapsEarlier(search.baseline, anchor, each),
    );
    const siblings = search.siblings.filter((each) => !earlier.includes(each));
    const followers = await findFollowers({ ...search, siblings }, anchor, emptied);
    if (wasEmpty) {
      // Its file may have been copied and truncated before it was renamed.
      const found = followers.all.map(({ file }) => file.identity);
      if (this.#listNew(search, new Set(found)).length > 0) first.gapBytes = 0;
      this.#keepAge([first], earlier);
    }
    const isAnyAgeUnknown = earlier.length > 0 || this.#siblings.some((each) => this.#isAgeUnknown(each));
    // Empty ones may still be written to by a program that opened them, and has not opened a later one yet.
    const later = [...followers.all, ...(current === undefined ? [] : [current])];
    if (isAnyAgeUnknown) for (const generation of later) generation.gapBytes = 0;
    const isGapBehind = followers.isGapBehind || isAnyAgeUnknown;
    if (isGapBehind && current !== undefined) current.gapBytes = 0;
    return await this.#createFoundSource([first, ...later], false, isGapBehind && current === undefined);
  }

  async #createFoundSource(
    generations: readonly Generation[],
    isLossPossibleBefore: boolean,
    isLossPossibleBehind = isLossPossibleBefore && generations.length === 0,
  ): Promise<FoundSource> {
    const { access, path, isTracked } = this.#plan;
    const [first] = generations;
    if (isLossPossibleBefore && first !== undefined) first.gapBytes = 0;
    for (const generation of generations) await generation.observe(access.files.nowNs());
    const baseline = createBaseline(this.#siblings);
    const gapBytes = isLossPossibleBehind ? 0 : undefined;
    return { source: new Source({ access, path, isTracked, baseline, generations, gapBytes }), first };
  }

  async #openRecorded(
    search: RotationSearch,
    identity: string,
  ): Promise<{ readonly file: SourceFile; readonly sibling: Sibling | undefined } | undefined> {
    // Without a recorded birth time, the inode number may have been reused.
    if (!isBirthRecorded(identity)) return undefined;
    const sibling = this.#siblings.find((each) => each.identity === identity);
    if (sibling !== undefined) {
      const file = await openSibling(search, sibling);
      return file && { file, sibling };
    }
    const { access, path } = this.#plan;
    const beside = await findBeside(access.files, path, (stat) => getFileIdentity(stat) === identity);
    if (beside === undefined) return undefined;
    const file = await ignoreDenied(() => SourceFile.open(access, path, beside));
    return file && { file, sibling: undefined };
  }

  /**
   * Keeps the recorded time, so that files with a later time are treated as successors of the recorded generation even
   * if its file was written to later. Files that may be copies of its file's earlier content are excluded.
   */
  #keepAge([recorded]: readonly Generation[], perhapsEarlier: readonly Sibling[]): void {
    if (recorded === undefined) return;
    recorded.firstSeenNs = this.#recorded?.sinceNs ?? 0n;
    recordAge(recorded, perhapsEarlier);
  }

  #createGeneration(file: SourceFile, stored?: GenerationPlan["stored"]): Generation {
    const before = this.#isTimeWrong ? createBaseline(this.#siblings) : this.#createBaseline();
    return new Generation({ file, siblingsBefore: new Set(before.keys()), stored });
  }

  /** Whether the age of a file is unknown: its birth time is not recorded, or equals the recorded time, or that is wrong. */
  #isAgeUnknown({ identity, stat }: Sibling): boolean {
    const isBornThen = stat.bornNs === 0n || stat.bornNs === this.#recorded?.sinceNs || this.#isTimeWrong;
    return isBornThen && identity !== this.#recorded?.file;
  }

  /**
   * Creates the baseline of files that existed when the generation was first seen. Files with a later birth time are
   * new.
   */
  #createBaseline(): Baseline {
    const sinceNs = this.#recorded?.sinceNs ?? 0n;
    const before = this.#siblings.filter(
      ({ stat }) => stat.bornNs !== 0n && stat.bornNs < sinceNs && !this.#isTimeWrong,
    );
    return new Map(
      before.map(({ identity, stat: { modifiedNs, sizeBytes }, rotation: { isCompressed } }) => [
        identity,
        // One that was written to in the same step of the clock may have been written to after.
        { modifiedNs: modifiedNs < sinceNs ? modifiedNs : -1n, sizeBytes, isCompressed },
      ]),
    );
  }

  #search(now: SourceFile | undefined): RotationSearch {
    const { access, path, isTracked } = this.#plan;
    return {
      access,
      path,
      siblings: removeUnproven(
        this.#siblings.filter((sibling) => !this.#isAgeUnknown(sibling)),
        new Set(),
        (identity) => identity === this.#recorded?.file,
      ),
      baseline: this.#createBaseline(),
      vanished: 0,
      provenSchemes: new Set(),
      isTracked,
      isKnown: (identity) => identity === now?.identity,
      isCopyOfKnown: () => Promise.resolve(false),
      isOverwritten: () => Promise.resolve(false),
      isPerhapsLostCopy: () => Promise.resolve(false),
      isSharedBeginning: () => false,
    };
  }
}
