import { type Baseline, countVanished, createBaseline } from "./rotation/baseline.js";
import type { Generation } from "./generation/generation.js";
import { holdsBeginning } from "./generation/holds-all-of.js";
import { hasLaterGap, isContinued, sumKnown, takeLaterGaps } from "./generation/later-generations.js";
import { isPerhapsLostCopy } from "./generation/lost-copy.js";
import type { LateFile } from "./generation/late-file.js";
import { LateWrites } from "./generation/late-writes.js";
import { skipStored } from "./generation/skip-stored.js";
import { StoredGenerations } from "./generation/stored-generations.js";
import type { Followers } from "./rotation/rotation-search.js";
import type { RotationSearch } from "./rotation/sibling-search.js";
import { isBirthRecorded } from "./files/file-stat.js";
import { listSettledSiblings, removeUnproven, type Sibling } from "./files/siblings.js";
import type { FileAccess, SourceFile } from "./files/source-file.js";

const lostToRemember = 32;

export interface SourcePlan {
  readonly access: FileAccess;
  readonly path: string;
  /** Whether another log tracks the path. */
  readonly isTracked: (path: string) => boolean;
  /** The files beside the path before the first generation existed. */
  readonly baseline: Baseline;
  /** In the order of writing. */
  readonly generations: readonly Generation[];
  /** The minimum number of bytes that are missing after the generations. */
  readonly gapBytes?: number | undefined;
}

/** The generations of a tracked path that are not stored completely, and the known facts about its files. */
export class SourceState {
  readonly plan: SourcePlan;
  readonly late: LateWrites;
  readonly stored = new StoredGenerations();
  readonly provenSchemes = new Set<string>();
  baseline: Baseline;
  /** The file of the generation before the last one. */
  previousIdentity: string | undefined;
  suspects: Followers["suspects"] = [];
  /** The minimum number of bytes that are missing after the last generation. */
  gapBytes: number | undefined;
  /** All files in which content of this log was found. */
  readonly #known = new Set<string>();
  #generations: readonly Generation[];
  /** The latest of those whose rest was reported as lost. */
  #lost: readonly Generation[] = [];

  constructor(plan: SourcePlan) {
    this.plan = plan;
    this.#generations = plan.generations;
    this.baseline = plan.baseline;
    this.gapBytes = plan.gapBytes;
    this.previousIdentity = plan.generations.at(-2)?.file.identity;
    this.late = new LateWrites(plan);
    for (const { file } of plan.generations) this.#known.add(file.identity);
  }

  /** In the order of writing. */
  get generations(): readonly Generation[] {
    return this.#generations;
  }

  get current(): Generation | undefined {
    return this.#generations[0];
  }

  get last(): Generation | undefined {
    return this.#generations.at(-1);
  }

  /** Sets the files beside the path now: later ones are new. */
  setBaseline(siblings: readonly Sibling[]): void {
    this.baseline = createBaseline(siblings);
    if (this.last !== undefined) this.last.bytesAtListing = this.last.seenBytes;
  }

  /** Watches a renamed file that an earlier process has watched, unless it belongs to a generation again. */
  async watchLate(recorded: LateFile): Promise<void> {
    if (this.#generations.some(({ file }) => file.identity === recorded.identity)) return;
    this.#known.add(recorded.identity);
    await this.late.addRecorded(recorded);
  }

  /** Continues a generation in its copy. */
  async moveToCopy(generation: Generation, copy: SourceFile): Promise<void> {
    await generation.moveTo(copy);
    this.#known.add(copy.identity);
  }

  /** Removes the last generation, so that earlier ones can be added before it. */
  removeLast(): void {
    this.#generations = this.#generations.slice(0, -1);
  }

  /** Forgets all generations but the first: they were found while files were rotated, and are reported as lost. */
  async keepFirst(): Promise<void> {
    const [first, ...later] = this.#generations;
    // The loss is known before anything that can fail.
    this.gapBytes ??= 0;
    this.#generations = this.#generations.slice(0, 1);
    for (const { file } of later) if (file !== first?.file) await file.close();
    this.setBaseline(await listSettledSiblings(this.plan.access.files, this.plan.path));
  }

  async close(): Promise<void> {
    for (const { file } of this.#generations) await file.close();
    await this.late.close();
  }

  isFollowed(): boolean {
    return isContinued(this.#generations);
  }

  isLossKnown(): boolean {
    const { current } = this;
    if (current?.gapBytes !== undefined || current?.isCutOff === true) return true;
    const isBehind = this.gapBytes !== undefined || this.late.hasGrown;
    return isBehind || (!this.isFollowed() && hasLaterGap(this.#generations));
  }

  /** Removes the losses after the current generation, if all later ones are empty. Returns the known number of their bytes. */
  takeGap(): number | undefined {
    const known = sumKnown([takeLaterGaps(this.#generations), this.gapBytes, this.late.takeGrowth()]);
    this.gapBytes = undefined;
    return known;
  }

  async finishCurrent(): Promise<void> {
    const [current] = this.#generations;
    if (current === undefined) return;
    if (current.missingBytes > 0) {
      current.isCutOff = true;
      return;
    }
    const again = this.#generations.find(
      (other) => other !== current && other.file.identity === current.file.identity,
    );
    // All that can fail comes first: after a failure, the generation is finished again.
    const end = again && (await this.stored.endIn(again.file, current));
    this.stored.add(current);
    this.#generations = this.#generations.slice(1);
    if (again !== undefined && end !== undefined && again.start < end) skipStored(again, end);
    if (current.isComplete || again !== undefined) await current.file.close();
    else await this.late.add(current);
  }

  /** Removes a generation whose rest is lost. It is remembered, because a copy of it may appear. */
  async removeLost(generation: Generation): Promise<void> {
    this.#lost = [...this.#lost.slice(1 - lostToRemember), generation];
    await this.remove(generation);
  }

  async remove(generation: Generation): Promise<void> {
    this.#generations = this.#generations.filter((other) => other !== generation);
    // A file that was emptied also belongs to the next generation.
    if (!this.#generations.some(({ file }) => file === generation.file)) await generation.file.close();
  }

  /** Adds the generations that were rotated, and the current one if there is one. */
  addFollowed(
    { generations, isGapBehind }: Pick<Followers, "generations" | "isGapBehind">,
    now: Generation | undefined,
  ): void {
    this.#add([...generations, ...(now === undefined ? [] : [now])]);
    if (!isGapBehind) return;
    if (now === undefined) this.gapBytes ??= 0;
    else now.gapBytes ??= 0;
  }

  loseSuspects(): void {
    for (const { sizeBytes } of this.suspects) this.gapBytes = (this.gapBytes ?? 0) + sizeBytes;
    this.suspects = [];
  }

  /** `gone`: the number of files of this log that may have been removed, in addition to those of the baseline. */
  search(siblings: readonly Sibling[], now: Generation | undefined, gone = 0): RotationSearch {
    const { access, path, isTracked } = this.plan;
    return {
      access,
      path,
      siblings: removeUnproven(siblings, this.provenSchemes, (identity) => this.#isKnown(identity)),
      baseline: this.baseline,
      vanished: countVanished(this.baseline, siblings) + gone,
      provenSchemes: this.provenSchemes,
      isTracked,
      isKnown: (identity) => identity === now?.file.identity || this.#isKnown(identity),
      isCopyOfKnown: (file) => this.#holdsContentOf(file),
      isOverwritten: (file) => this.#isOverwritten(file),
      isPerhapsLostCopy: (file) => isPerhapsLostCopy([...this.#listLost(), ...this.#generations], file),
      isSharedBeginning: (generation) => this.#isSharedBeginning(generation),
    };
  }

  /**
   * Records that content is missing after a generation. Its position is not known exactly: it may also be before or
   * after any generation of which nothing is stored; not after the last one if that is under the path now.
   */
  async suspectGapAfter(generation: Generation | undefined): Promise<void> {
    const start = generation === undefined ? 0 : this.#generations.indexOf(generation) + 1;
    const later = this.#generations.slice(start).filter(({ begun }) => !begun);
    for (const each of later) each.gapBytes ??= 0;
    if (later.length === 0 || (await this.last?.file.isUnderPathNow()) !== true) this.gapBytes ??= 0;
  }

  /** Whether the file of a generation contains what is stored of another one, or the beginning of one that will be. */
  async isCopyOfOther(generation: Generation): Promise<boolean> {
    const { file } = generation;
    if (await this.stored.holdsContentOf(file)) return true;
    if (generation.bytesBeforeMove === 0 && (await this.stored.seemBegunIn(file))) return true;
    for (const other of this.#generations)
      if (other.file !== file && (await holdsBeginning(other, file))) return true;
    return await isPerhapsLostCopy(this.#listLost(), file);
  }

  /** Whether content that was found before is part of this log now, or there was none. */
  async hasFoundAgain(generation: Generation): Promise<boolean> {
    const { files } = this.plan.access;
    if (generation.isStartLost) return false;
    if (generation.wasReplaced || (await generation.observe(files.nowNs())) !== "intact") {
      for (const { file } of this.#generations) if (await generation.isCopiedTo(file)) return true;
      return false;
    }
    if (generation.fileBytes === 0) return true;
    const { file } = generation;
    return (await this.#isReadFrom(file)) || (await this.#holdsContentOf(file));
  }

  /** Whether a generation is read from the file. The content of the file before it was truncated is not. */
  async #isReadFrom({ identity }: SourceFile): Promise<boolean> {
    for (const generation of [...this.#generations, ...this.late.generations]) {
      const { file, isCutOff } = generation;
      if (isCutOff || file.identity !== identity || !(file.isHeld || isBirthRecorded(identity))) continue;
      // An empty generation is not observed here. The next look at the path finds its changes.
      if (generation.fileBytes === 0) return true;
      if ((await generation.observe(this.plan.access.files.nowNs())) === "intact") return true;
    }
    return false;
  }

  #add(found: readonly Generation[]): void {
    const [first] = found;
    if (first !== undefined && this.gapBytes !== undefined) {
      first.gapBytes = (first.gapBytes ?? 0) + this.gapBytes;
      this.gapBytes = undefined;
    }
    this.#generations = [...this.#generations, ...found];
    if (found.length > 0)
      this.previousIdentity = this.#generations.at(-2)?.file.identity ?? this.previousIdentity;
    for (const { file } of found) this.#known.add(file.identity);
  }

  /** Whether content of this log was found in the file. Without birth times, only files that are held open are certain. */
  #isKnown(identity: string): boolean {
    if (isBirthRecorded(identity)) return this.#known.has(identity);
    return this.listFiles().some((file) => file.isHeld && file.identity === identity);
  }

  listFiles(): SourceFile[] {
    return [...this.#generations, ...this.late.generations].map(({ file }) => file);
  }

  /** Without those of which only a first line is known that other files begin with, too: that proves no copy. */
  #listLost(): readonly Generation[] {
    return this.#lost.filter((generation) => !this.#isSharedBeginning(generation));
  }

  #isSharedBeginning(generation: Generation): boolean {
    const { head, start, seenBytes } = generation;
    if (start > 0 || head.length < seenBytes) return false;
    const others = this.#generations.filter((each) => each !== generation && each.start === 0);
    return (
      this.stored.isBeginning(head) || others.some((each) => each.head.subarray(0, head.length).equals(head))
    );
  }

  /** Whether a file, in which content of this log was found, contains something else now. */
  async #isOverwritten(file: SourceFile): Promise<boolean> {
    const own = this.#generations.filter((each) => each.file.identity === file.identity && !each.isCutOff);
    for (const generation of own)
      if ((await generation.observe(this.plan.access.files.nowNs())) === "intact") return false;
    if (this.late.generations.some((each) => each.file.identity === file.identity)) return false;
    return !(await this.stored.isIntact(file));
  }

  /** Whether a file contains exactly the content of a generation that is stored, or will be. */
  async #holdsContentOf(file: SourceFile): Promise<boolean> {
    if (await this.stored.holdsContentOf(file)) return true;
    for (const generation of this.#generations) {
      const sizeBytes = (await file.use((handle) => handle.stat()))?.sizeBytes;
      if (sizeBytes === generation.seenBytes && (await holdsBeginning(generation, file))) return true;
    }
    return false;
  }
}
