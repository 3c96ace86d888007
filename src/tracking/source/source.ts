import { Semaphore } from "../../core/index.js";
import { type Baseline, countVanished, createBaseline, isNewSince } from "./baseline.js";
import { Generation } from "./generation.js";
import { LateWrites } from "./late-writes.js";
import {
  findCopy,
  findFollowers,
  type Followers,
  isSomethingCompressed,
  type RotationSearch,
} from "./rotation-search.js";
import { isBirthRecorded } from "./file-stat.js";
import { findBeside, isSameListing, listSettledSiblings, listSiblings, type Sibling } from "./siblings.js";
import { type FileAccess, SourceFile } from "./source-file.js";
import { StoredGenerations } from "./stored-generations.js";

/** What is to be done next for the log. */
export type SourceStep =
  | { readonly kind: "data"; readonly generation: Generation; readonly data: Buffer }
  /** Bytes are missing here, at least so many. To be reported, and then acknowledged. */
  | { readonly kind: "lost"; readonly knownBytes: number };

export interface SourcePlan {
  readonly access: FileAccess;
  readonly path: string;
  /** Whether a log is tracked under another path. */
  readonly isTracked: (path: string) => boolean;
  /** What was there beside the path before the first generation was. */
  readonly baseline: Baseline;
  /** In the order of writing. */
  readonly generations: readonly Generation[];
  /** At least so many bytes are missing behind them. */
  readonly gapBytes?: number | undefined;
}

/** As far as a flush goes: what was there when it began. */
export interface SourceGoal {
  readonly generation: Generation | undefined;
  readonly offset: number;
}

/** A path that is rotated again and again while it is looked at is looked at again later. */
const looksAtATime = 10;

/**
 * What a path has held since it is tracked, in the order in which it was written: the generation that is being read, and
 * those that have come after it. Every look holds open what it finds; looking and reading never wait for the store.
 */
export class Source {
  readonly #plan: SourcePlan;
  readonly #turn = new Semaphore(1);
  readonly #late: LateWrites;
  readonly #stored = new StoredGenerations();
  /** All files that content of this log was found in. */
  readonly #known = new Set<string>();
  readonly #provenSchemes = new Set<string>();
  #generations: readonly Generation[];
  #baseline: Baseline;
  /** The file of the generation before the last one. */
  #previousIdentity: string | undefined;
  #suspects: Followers["suspects"] = [];
  /** The last generation, when it was empty and was written to, and what was between is not found out yet. */
  #wasEmpty: Generation | undefined;
  /** At least so many bytes are missing behind the last generation. */
  #gapBytes: number | undefined;
  #acknowledge: () => Promise<void> = () => Promise.resolve();

  constructor(plan: SourcePlan) {
    this.#plan = plan;
    this.#generations = plan.generations;
    this.#baseline = plan.baseline;
    this.#gapBytes = plan.gapBytes;
    this.#previousIdentity = plan.generations.at(-2)?.file.identity;
    this.#late = new LateWrites(() => plan.access.files.nowNs());
    for (const { file } of plan.generations) this.#known.add(file.identity);
  }

  get current(): Generation | undefined {
    return this.#generations[0];
  }

  /** What a flush that begins now has to reach. */
  get goal(): SourceGoal {
    const generation = this.#generations.at(-1);
    return { generation, offset: generation?.seenBytes ?? 0 };
  }

  /** Whether the goal is reached when the current generation is stored up to an offset. */
  isReached({ generation, offset }: SourceGoal, storedOffset: number): boolean {
    if (this.#isLossKnown()) return false;
    const { current } = this;
    if (current === undefined) return true;
    if (generation === undefined) return false;
    return current === generation ? storedOffset >= offset : !this.#generations.includes(generation);
  }

  /** Whether there is more than is stored of the current generation, as far as was seen. */
  hasMoreThan(storedOffset: number): boolean {
    const { current } = this;
    if (this.#isLossKnown()) return true;
    return current !== undefined && (current.seenBytes > storedOffset || this.#isFollowed());
  }

  /** Looks at the path, and holds open what is there. */
  async look(): Promise<void> {
    await this.#turn.run(() => this.#look());
  }

  /** The next bytes behind what is stored, or what is missing there; `undefined` when there is nothing more for now. */
  async next(
    storedOffset: (current: Generation) => number,
    count: number,
    buffer?: Buffer,
  ): Promise<SourceStep | undefined> {
    return await this.#turn.run(() => this.#next(storedOffset, count, buffer));
  }

  /** The loss that was given last is written down. */
  async acknowledgeLoss(): Promise<void> {
    await this.#turn.run(() => this.#acknowledge());
    this.#acknowledge = () => Promise.resolve();
  }

  /** Looks for the last time: what might have become a copy does not any more. */
  async end(): Promise<void> {
    await this.#turn.run(async () => {
      await this.#look();
      this.#loseSuspects();
      // A log that is not there, and files that may have been rotated away from it.
      const siblings = await listSiblings(this.#plan.access.files, this.#plan.path);
      if (this.current === undefined && hasUnexplained(this.#search(siblings, undefined)))
        this.#gapBytes ??= 0;
    });
  }

  /** Forgets what came after the first generation, because it was found while files were rotated: it is reported as lost. */
  async keepFirst(): Promise<void> {
    await this.#turn.run(async () => {
      const [first, ...later] = this.#generations;
      for (const { file } of later) if (file !== first?.file) await file.close();
      this.#generations = this.#generations.slice(0, 1);
      const { siblings } = await listSettledSiblings(this.#plan.access.files, this.#plan.path);
      this.#baseline = createBaseline(siblings);
      this.#gapBytes = 0;
    });
  }

  async close(): Promise<void> {
    await this.#turn.run(async () => {
      for (const { file } of this.#generations) await file.close();
      await this.#late.close();
    });
  }

  async #look(): Promise<void> {
    for (let looks = 0; looks < looksAtATime; looks += 1) if (await this.#lookOnce()) return;
    this.#suspectGapBeforeEmpty();
  }

  /** What was written to an empty file, and emptied again, was not found out in time. */
  #suspectGapBeforeEmpty(): void {
    if (this.#wasEmpty !== undefined) this.#wasEmpty.gapBytes ??= 0;
    this.#wasEmpty = undefined;
  }

  /** False when the path has to be looked at again: it changed meanwhile, or it took long to find out. */
  async #lookOnce(): Promise<boolean> {
    const { access, path } = this.#plan;
    const siblings = await listSiblings(access.files, path);
    const last = this.#generations.at(-1);
    const stat = await access.files.stat(path);
    const isThere = stat?.isFile === true;
    if (last !== undefined && isThere && last.file.is(stat)) return await this.#lookAtSame(last, siblings);
    if (!isThere) return last === undefined || (await this.#followFile(last, undefined));
    const file = await SourceFile.open(access, path);
    if (file === undefined) return false;
    const siblingsBefore = new Set(this.#baseline.keys());
    const now = new Generation({ file, siblingsBefore });
    await this.#skipStored(now);
    return await this.#followFile(last, now);
  }

  async #lookAtSame(last: Generation, siblings: readonly Sibling[]): Promise<boolean> {
    const { changes } = last;
    const wasEmpty = last.fileBytes === 0;
    const outcome = await last.observe(this.#plan.access.files.nowNs());
    if (outcome === "replaced") await this.#followEmptied(last);
    if (outcome !== "intact") return false;
    if (wasEmpty && changes > 0 && changes !== last.changes) this.#wasEmpty = last;
    if (this.#wasEmpty === last) {
      if (!(await this.#findWrittenAndEmptied(last))) return false;
      this.#wasEmpty = undefined;
    } else if (!(await this.#rebase(siblings))) return false;
    await this.#late.look();
    return true;
  }

  /** Takes what is beside the path for older than what follows. False when files are just being renamed. */
  async #rebase(siblings: readonly Sibling[]): Promise<boolean> {
    const hasChanged =
      siblings.length !== this.#baseline.size || siblings.some((each) => isNewSince(this.#baseline, each));
    if (hasChanged) {
      const again = await listSiblings(this.#plan.access.files, this.#plan.path);
      if (!isSameListing(siblings, again)) return false;
    }
    this.#baseline = createBaseline(siblings);
    return true;
  }

  /** Another file is under the path than before, or none. */
  async #followFile(last: Generation | undefined, now: Generation | undefined): Promise<boolean> {
    // It may have grown before it was renamed or deleted, and since.
    const outcome =
      last?.isCutOff === false ? await last.observe(this.#plan.access.files.nowNs()) : undefined;
    if (outcome === "replaced" && last !== undefined) await this.#recover(last);
    if (outcome === "gone" && last !== undefined) last.isCutOff = true;
    const siblings = await listSiblings(this.#plan.access.files, this.#plan.path);
    const search = this.#searchAfter(last, this.#search(siblings, now, last === undefined ? 0 : 1));
    const anchor = last && (await this.#findAnchor(search, last));
    const followers =
      last === undefined
        ? { generations: [], empty: [], suspects: [], isGapBehind: hasUnexplained(search) }
        : await findFollowers(search, anchor);
    const found = [...followers.generations, ...(now === undefined ? [] : [now])];
    if (!(await this.#isStable(siblings, now))) {
      for (const { file } of [...found, ...followers.empty]) await file.close();
      return false;
    }
    this.#suspectGapBeforeEmpty();
    if (last?.fileBytes === 0) last.wasMovedEmpty = true;
    if (now !== undefined) {
      this.#loseSuspects();
      await this.#late.forget(now.file.identity);
    }
    for (const generation of followers.empty) await this.#late.add(generation);
    if (anchor !== undefined) this.#provenSchemes.add(anchor.rotation.scheme);
    // What was written to the file after it was emptied, and before it was renamed, is not looked for.
    const wasEmptied = outcome === "replaced" || last?.wasEmptied === true;
    if (last !== undefined) last.wasEmptied = false;
    if (wasEmptied) for (const generation of followers.generations) generation.gapBytes ??= 0;
    this.#addFollowed({ ...followers, isGapBehind: followers.isGapBehind || wasEmptied }, now);
    this.#baseline = createBaseline(siblings);
    await this.#late.look();
    return true;
  }

  /** The file is the same, and its content is another: what it held may be in a copy. */
  async #followEmptied(last: Generation): Promise<void> {
    const { access, path } = this.#plan;
    const siblings = await listSiblings(access.files, path);
    const siblingsBefore = new Set(this.#baseline.keys());
    const now = new Generation({ file: last.file, siblingsBefore, minHoleBytes: last.fileBytes });
    if ((await now.observe(access.files.nowNs())) !== "intact") return;
    const search = this.#searchAfter(last, this.#search(siblings, now));
    const copy = await findCopy(search, last);
    const followers = await findFollowers(search, copy?.sibling, { sizeBytes: last.fileBytes, now });
    for (const { file } of followers.empty) await file.close();
    if (!(await this.#isStable(siblings, now))) {
      for (const { file } of followers.generations) await file.close();
      await copy?.file.close();
      return;
    }
    this.#suspectGapBeforeEmpty();
    if (copy === undefined) last.isCutOff = true;
    else {
      await last.moveTo(copy.file);
      this.#known.add(copy.file.identity);
      this.#provenSchemes.add(copy.sibling.rotation.scheme);
    }
    if (this.#suspects.some(({ identity }) => identity === copy?.sibling.identity)) this.#suspects = [];
    this.#loseSuspects();
    this.#suspects = followers.suspects;
    // What follows a generation that is cut off is reported with its rest.
    const isReported = copy === undefined && followers.generations.length === 0;
    this.#addFollowed({ ...followers, isGapBehind: followers.isGapBehind && !isReported }, now);
    if (copy === undefined && followers.generations.length === 0) this.#previousIdentity = undefined;
    this.#baseline = createBaseline(siblings);
  }

  /** The file was empty at the last look, and was written to since: perhaps also copied and emptied, several times. */
  async #findWrittenAndEmptied(last: Generation): Promise<boolean> {
    const siblings = await listSiblings(this.#plan.access.files, this.#plan.path);
    const all = this.#search(siblings, last);
    const search = {
      ...all,
      siblings: siblings.filter(({ rotation }) => rotation.isNameOfCopy || rotation.isCompressed),
    };
    const anchor = siblings.find(({ identity }) => identity === this.#previousIdentity);
    const followers = await findFollowers(search, anchor, { sizeBytes: 0, now: last });
    for (const { file } of followers.empty) await file.close();
    if (!(await this.#isStable(siblings, last))) {
      for (const { file } of followers.generations) await file.close();
      return false;
    }
    const [first] = followers.generations;
    if (first !== undefined) {
      // What is missing before the file is missing before what it held first.
      if (last.gapBytes !== undefined) first.gapBytes = (first.gapBytes ?? 0) + last.gapBytes;
      last.gapBytes = undefined;
      last.begun = false;
      this.#generations = this.#generations.slice(0, -1);
      this.#addFollowed(followers, last);
    } else if (followers.isGapBehind) last.gapBytes ??= 0;
    this.#suspects = [...this.#suspects, ...followers.suspects];
    this.#baseline = createBaseline(siblings);
    return true;
  }

  async #next(
    storedOffset: (current: Generation) => number,
    count: number,
    buffer: Buffer | undefined,
  ): Promise<SourceStep | undefined> {
    for (let recoveries = 0; recoveries < looksAtATime;) {
      const { current } = this;
      if (current?.gapBytes !== undefined) {
        return this.#lose(current.gapBytes, () => {
          current.gapBytes = undefined;
        });
      }
      if (current?.isCutOff === true) return this.#loseRest(current, storedOffset(current));
      // Before the read: what was written to this generation was written before anything was to the next one.
      const isOver = await this.#isOver();
      // Its hole, if it has one, is found by looking.
      if (current?.hasContent === false && (await this.#lookAtEmpty(current))) {
        recoveries += 1;
        continue;
      }
      if (current?.wasMovedEmpty === true && (await this.#stored.holdsContentOf(current.file))) {
        await this.#dropCopy(current);
        continue;
      }
      const data =
        current?.hasContent === true
          ? await current.read(storedOffset(current), count, buffer)
          : Buffer.alloc(0);
      if (data === "gone" && current !== undefined) current.isCutOff = true;
      else if (data === "replaced" && current !== undefined) {
        recoveries += 1;
        await this.#recover(current);
      } else if (Buffer.isBuffer(data)) {
        if (data.length > 0 && current !== undefined) return { kind: "data", generation: current, data };
        if (!isOver) return this.#loseGap();
        await this.#finishCurrent();
      }
    }
    return undefined;
  }

  /** Its file was written over with a copy of what is stored already. */
  async #dropCopy(generation: Generation): Promise<void> {
    await this.#remove(generation);
    const [next] = this.#generations;
    if (next === undefined) this.#gapBytes ??= 0;
    else next.gapBytes ??= 0;
  }

  /** Whether something else than the generation's content was found. */
  async #lookAtEmpty(current: Generation): Promise<boolean> {
    if (current === this.#generations.at(-1)) await this.#look();
    else await current.observe(this.#plan.access.files.nowNs());
    return this.current !== current || current.gapBytes !== undefined || current.isCutOff;
  }

  #loseRest(current: Generation, storedOffset: number): SourceStep {
    const seenBytes = current.seenBytes + current.missingBytes;
    return this.#lose(Math.max(0, seenBytes - storedOffset), () => this.#remove(current));
  }

  /** Behind the last generation, when nothing follows that it could be reported before. */
  #loseGap(): SourceStep | undefined {
    const lateBytes = this.#late.takeGrowth();
    if (lateBytes > 0) this.#gapBytes = (this.#gapBytes ?? 0) + lateBytes;
    if (this.#gapBytes === undefined) return undefined;
    const knownBytes = this.#gapBytes;
    return this.#lose(knownBytes, () => {
      const left = (this.#gapBytes ?? 0) - knownBytes;
      this.#gapBytes = left > 0 ? left : undefined;
    });
  }

  #lose(knownBytes: number, acknowledge: () => Promise<void> | void): SourceStep {
    this.#acknowledge = async () => {
      await acknowledge();
    };
    return { kind: "lost", knownBytes };
  }

  #loseSuspects(): void {
    for (const { sizeBytes } of this.#suspects) this.#gapBytes = (this.#gapBytes ?? 0) + sizeBytes;
    this.#suspects = [];
  }

  /** Finds what a generation held whose file holds something else. */
  async #recover(generation: Generation): Promise<void> {
    const { access, path } = this.#plan;
    const stat = await access.files.stat(path);
    if (generation === this.#generations.at(-1) && stat !== undefined && generation.file.is(stat)) {
      await this.#followEmptied(generation);
      return;
    }
    const siblings = await listSiblings(access.files, path);
    const copy = await findCopy(this.#search(siblings, undefined), generation);
    if (copy === undefined) {
      generation.isCutOff = true;
      return;
    }
    await generation.file.close();
    await generation.moveTo(copy.file);
    generation.wasEmptied = true;
    this.#known.add(copy.file.identity);
  }

  /** Whether the current generation is complete once it is read to its end: whoever writes has gone on to the next. */
  async #isOver(): Promise<boolean> {
    const [, next] = this.#generations;
    if (next === undefined) return false;
    if (!this.#isFollowed()) await this.#look();
    return this.#isFollowed();
  }

  /** Nobody writes to a generation any more after somebody wrote to the next, or when there is one after the next. */
  #isFollowed(): boolean {
    const [current, next] = this.#generations;
    if (current === undefined || next === undefined) return false;
    const isNextUsed = next.fileBytes > 0 || next.gapBytes !== undefined;
    return current.isComplete || isNextUsed || this.#generations.length > 2;
  }

  #isLossKnown(): boolean {
    const { current } = this;
    const isBeforeNext = current?.gapBytes !== undefined || current?.isCutOff === true;
    return isBeforeNext || this.#gapBytes !== undefined || this.#late.hasGrown;
  }

  async #finishCurrent(): Promise<void> {
    const [current] = this.#generations;
    if (current === undefined) return;
    if (current.missingBytes > 0) {
      current.isCutOff = true;
      return;
    }
    this.#stored.add(current);
    this.#generations = this.#generations.slice(1);
    const again = this.#generations.find(({ file }) => file.identity === current.file.identity);
    if (again !== undefined) await this.#skipStored(again);
    if (current.isComplete || again !== undefined) await current.file.close();
    else await this.#late.add(current);
  }

  /** A file that was renamed, and is back under the path, goes on where it was stored. */
  async #skipStored(generation: Generation): Promise<void> {
    const end = await this.#stored.endIn(generation.file);
    if (end !== undefined) generation.skipTo(end);
  }

  async #remove(generation: Generation): Promise<void> {
    this.#generations = this.#generations.filter((other) => other !== generation);
    // A file that was emptied is the next generation's too.
    if (!this.#generations.some(({ file }) => file === generation.file)) await generation.file.close();
  }

  /** Adds what was rotated away, and what is there now, if anything is. */
  #addFollowed({ generations, isGapBehind }: Followers, now: Generation | undefined): void {
    this.#add([...generations, ...(now === undefined ? [] : [now])]);
    if (!isGapBehind) return;
    if (now === undefined) this.#gapBytes ??= 0;
    else now.gapBytes ??= 0;
  }

  #add(found: readonly Generation[]): void {
    const [first] = found;
    if (first !== undefined && this.#gapBytes !== undefined) {
      first.gapBytes = (first.gapBytes ?? 0) + this.#gapBytes;
      this.#gapBytes = undefined;
    }
    this.#generations = [...this.#generations, ...found];
    if (found.length > 0)
      this.#previousIdentity = this.#generations.at(-2)?.file.identity ?? this.#previousIdentity;
    for (const { file } of found) this.#known.add(file.identity);
  }

  /** Where the content is now that was under the path last: under another name, or in a copy. */
  async #findAnchor(search: RotationSearch, last: Generation): Promise<Sibling | undefined> {
    const moved = search.siblings.find(({ stat }) => last.file.is(stat));
    if (moved !== undefined) return moved;
    const { access, path } = this.#plan;
    if ((await findBeside(access.files, path, (stat) => last.file.is(stat))) !== undefined) return undefined;
    const copy = await findCopy(search, last);
    await copy?.file.close();
    return copy?.sibling;
  }

  /** Whether the file is one that content of this log was found in. Without births only files that are held open are certain. */
  #isKnown(identity: string): boolean {
    if (!isBirthRecorded(identity))
      return this.#files().some((file) => file.isHeld && file.identity === identity);
    return this.#known.has(identity);
  }

  #files(): SourceFile[] {
    return [...this.#generations, ...this.#late.generations].map(({ file }) => file);
  }

  /** Whether a file holds exactly what a generation holds that is stored, or is going to be. */
  async #holdsContentOf(file: SourceFile): Promise<boolean> {
    if (await this.#stored.holdsContentOf(file)) return true;
    for (const generation of this.#generations) {
      const sizeBytes = (await file.use((handle) => handle.stat()))?.sizeBytes;
      if (sizeBytes === generation.seenBytes && (await generation.holdsAllOf(file))) return true;
    }
    return false;
  }

  /** Whether nothing has changed since: what was found is what was there at one moment. */
  async #isStable(siblings: readonly Sibling[], now: Generation | undefined): Promise<boolean> {
    const { access, path } = this.#plan;
    if (now !== undefined && (await now.observe(access.files.nowNs())) !== "intact") return false;
    const stat = await access.files.stat(path);
    const isSame = now === undefined ? stat?.isFile !== true : stat !== undefined && now.file.is(stat);
    return isSame && isSameListing(siblings, await listSiblings(access.files, path));
  }

  /** Without an anchor nothing is proved to have come after content of which it is not known what came before it. */
  #searchAfter(last: Generation | undefined, search: RotationSearch): RotationSearch {
    const isOpen = this.#wasEmpty !== undefined && this.#wasEmpty === last;
    return isOpen ? { ...search, provenSchemes: new Set() } : search;
  }

  /** `gone`: how many files of this log may be there no more, beside those that were in the baseline. */
  #search(siblings: readonly Sibling[], now: Generation | undefined, gone = 0): RotationSearch {
    const { access, path, isTracked } = this.#plan;
    return {
      access,
      path,
      siblings,
      baseline: this.#baseline,
      vanished: countVanished(this.#baseline, siblings) + gone,
      provenSchemes: this.#provenSchemes,
      isTracked,
      isKnown: (identity) => identity === now?.file.identity || this.#isKnown(identity),
      isCopyOfKnown: (file) => this.#holdsContentOf(file),
    };
  }
}

function hasUnexplained(search: RotationSearch): boolean {
  if (isSomethingCompressed(search, undefined)) return true;
  return search.siblings.some(
    (sibling) =>
      !sibling.rotation.isCompressed &&
      isNewSince(search.baseline, sibling) &&
      !search.isTracked(sibling.path) &&
      !search.isKnown(sibling.identity),
  );
}
