import { createBaseline, isNewSince, isPerhapsEarlier } from "./rotation/baseline.js";
import { Generation } from "./generation/generation.js";
import { recordAge } from "./generation/record-age.js";
import {
  findCopy,
  findFollowers,
  hasUnexplained,
  type Followers,
  type RotationSearch,
} from "./rotation/rotation-search.js";
import { findBeside, isSameListing, listSiblings, type Sibling } from "./files/siblings.js";
import { SourceFile } from "./files/source-file.js";
import { PassedContent } from "./passed-content.js";
import type { SourceState } from "./source-state.js";

/** A path that is rotated again and again while it is observed is observed again later. */
const maxLooks = 10;

/** Observes a tracked path, and adds the generations that came after the last one to the state. */
export class PathObserver {
  readonly #state: SourceState;
  /** The last generation, if it was empty, has been written to since, and it is not known yet what happened in between. */
  #wasEmpty: Generation | undefined;
  /** The last generation and the files beside the path, when there was no file under it. */
  #absence: { readonly last: Generation; readonly siblings: readonly Sibling[] } | undefined;

  readonly #passed: PassedContent;

  constructor(state: SourceState) {
    this.#state = state;
    this.#passed = new PassedContent(state);
  }

  async look(): Promise<void> {
    this.#passed.begin();
    let isOver = false;
    for (let looks = 0; looks < maxLooks && !isOver; looks += 1) isOver = await this.#lookOnce();
    if (!isOver) this.#suspectGapBeforeEmpty();
    await this.#passed.report();
  }

  async close(): Promise<void> {
    await this.#passed.close();
  }

  /** Returns false if the path must be looked at again: it changed meanwhile, or looking took long. */
  async #lookOnce(): Promise<boolean> {
    const { access, path } = this.#state.plan;
    const siblings = await listSiblings(access.files, path);
    const last = this.#state.last;
    const stat = await access.files.stat(path);
    const isThere = stat?.isFile === true;
    if (last !== undefined && isThere && last.file.is(stat)) return await this.#lookAtSame(last, siblings);
    if (!isThere) return last === undefined || (await this.#followFile(last, undefined));
    const file = await SourceFile.open(access, path);
    if (file === undefined) return false;
    const siblingsBefore = new Set(this.#state.baseline.keys());
    const now = new Generation({ file, siblingsBefore });
    await this.#state.skipStored(now);
    return await this.#followFile(last, now);
  }

  async #lookAtSame(last: Generation, siblings: readonly Sibling[]): Promise<boolean> {
    const { changes } = last;
    const wasEmpty = last.fileBytes === 0;
    last.bytesBeforeMove = undefined;
    const outcome = await last.observe(this.#state.plan.access.files.nowNs());
    if (outcome === "replaced") await this.#followEmptied(last);
    if (outcome !== "intact") return false;
    if (wasEmpty && changes > 0 && changes !== last.changes) this.#wasEmpty = last;
    if (this.#wasEmpty === last) {
      if (!(await this.#findWrittenAndEmptied(last))) return false;
      this.#wasEmpty = undefined;
    } else if (!(await this.#rebase(siblings))) return false;
    await this.#state.late.look();
    return true;
  }

  /** Sets the baseline to the files beside the path now. Returns false while files are being renamed. */
  async #rebase(siblings: readonly Sibling[]): Promise<boolean> {
    const { baseline, plan } = this.#state;
    const hasChanged =
      siblings.length !== baseline.size || siblings.some((each) => isNewSince(baseline, each));
    if (hasChanged && !isSameListing(siblings, await listSiblings(plan.access.files, plan.path)))
      return false;
    this.#state.baseline = createBaseline(siblings);
    return true;
  }

  /** There is another file under the path than before, or none. */
  async #followFile(last: Generation | undefined, now: Generation | undefined): Promise<boolean> {
    if (last !== undefined) last.bytesBeforeMove ??= last.fileBytes;
    // It may have grown before and after it was renamed or deleted.
    const outcome =
      last?.isCutOff === false ? await last.observe(this.#state.plan.access.files.nowNs()) : undefined;
    if (outcome === "replaced" && last !== undefined) await this.#recover(last);
    if (outcome === "gone" && last !== undefined) last.isCutOff = true;
    const siblings = await listSiblings(this.#state.plan.access.files, this.#state.plan.path);
    const isNothingNew = last !== undefined && this.#isSameAbsence(last, siblings);
    if (isNothingNew && now === undefined) {
      await this.#state.late.look();
      return true;
    }
    const search = this.#searchAfter(last, this.#state.search(siblings, now, last === undefined ? 0 : 1));
    const anchor = last && (await this.#findAnchor(search, last));
    const followers =
      last === undefined
        ? { generations: [], empty: [], suspects: [], isGapBehind: hasUnexplained(search) }
        : await this.#findLater(search, anchor, last);
    if (!(await this.#state.isStable(siblings, now))) {
      this.#passed.add(...followers.generations, ...followers.empty, ...(now === undefined ? [] : [now]));
      return false;
    }
    this.#suspectGapBeforeEmpty();
    if (now !== undefined) {
      this.#state.loseSuspects();
      await this.#state.late.forget(now.file.identity);
    }
    for (const generation of followers.empty) await this.#state.late.add(generation);
    if (anchor !== undefined) this.#state.provenSchemes.add(anchor.rotation.scheme);
    // Content written after the file was emptied, and before it was renamed, is not searched for.
    const wasEmptied = outcome === "replaced" || last?.wasEmptied === true;
    if (last !== undefined) last.wasEmptied = false;
    if (wasEmptied) for (const generation of followers.generations) generation.gapBytes ??= 0;
    // A gap behind the last generation was found before, if nothing else has changed.
    const isGapBehind = (followers.isGapBehind && !isNothingNew) || wasEmptied;
    // It may also have been written to and emptied before its present content.
    if (last?.bytesBeforeMove === 0 && isGapBehind) last.gapBytes ??= 0;
    this.#state.addFollowed({ ...followers, isGapBehind }, now);
    this.#state.baseline = createBaseline(siblings);
    const { last: absent } = this.#state;
    this.#absence = now === undefined && absent !== undefined ? { last: absent, siblings } : undefined;
    await this.#state.late.look();
    return true;
  }

  /** Finds the files after the last one: not those that may be copies of it, made before it was renamed. */
  async #findLater(
    search: RotationSearch,
    anchor: Sibling | undefined,
    last: Generation,
  ): Promise<Followers> {
    const isMoved = last.bytesBeforeMove === 0 && anchor !== undefined && last.file.isMovedTo(anchor.stat);
    // A deleted file can still be read while it is held open.
    const isDeleted = last.bytesBeforeMove === 0 && anchor === undefined && last.fileBytes > 0;
    const stat = isDeleted ? await last.file.use((handle) => handle.stat()) : anchor?.stat;
    const own = stat && (isMoved || isDeleted) ? { identity: last.file.identity, stat } : undefined;
    const siblings = search.siblings.filter(
      (each) => own === undefined || !isPerhapsEarlier(search.baseline, own, each),
    );
    if (siblings.length === search.siblings.length) return await findFollowers(search, anchor);
    recordAge(
      last,
      search.siblings.filter((each) => !siblings.includes(each)),
    );
    const followers = await findFollowers({ ...search, siblings }, anchor);
    for (const generation of followers.generations) generation.gapBytes ??= 0;
    return { ...followers, isGapBehind: true };
  }

  /** Whether the path was without a file before, and nothing beside it has changed, except that the last file grew. */
  #isSameAbsence(last: Generation, siblings: readonly Sibling[]): boolean {
    const describe = (listing: readonly Sibling[]): string =>
      JSON.stringify(
        listing
          .map(({ path, identity, stat: { modifiedNs, sizeBytes } }) =>
            identity === last.file.identity
              ? [path, identity]
              : [path, identity, String(modifiedNs), sizeBytes],
          )
          .sort(),
      );
    return this.#absence?.last === last && describe(this.#absence.siblings) === describe(siblings);
  }

  /** The file is the same, but its content was replaced: its earlier content may be in a copy. */
  async #followEmptied(last: Generation): Promise<void> {
    this.#passed.addOthers(last.others.take());
    const { access, path } = this.#state.plan;
    const siblings = await listSiblings(access.files, path);
    const siblingsBefore = new Set(this.#state.baseline.keys());
    const now = new Generation({ file: last.file, siblingsBefore, minHoleBytes: last.fileBytes });
    if ((await now.observe(access.files.nowNs())) !== "intact") {
      this.#passed.add(now);
      return;
    }
    const search = this.#searchAfter(last, this.#state.search(siblings, now));
    const copy = await findCopy(search, last);
    const followers = await findFollowers(search, copy?.sibling, { sizeBytes: last.fileBytes, now });
    for (const { file } of followers.empty) await file.close();
    if (!(await this.#state.isStable(siblings, now))) {
      this.#passed.add(...followers.generations, now);
      await copy?.file.close();
      return;
    }
    this.#suspectGapBeforeEmpty();
    if (copy === undefined) last.isCutOff = true;
    else {
      await this.#state.moveToCopy(last, copy.file);
      this.#state.provenSchemes.add(copy.sibling.rotation.scheme);
    }
    if (this.#state.suspects.some(({ identity }) => identity === copy?.sibling.identity))
      this.#state.suspects = [];
    this.#state.loseSuspects();
    this.#state.suspects = followers.suspects;
    // A loss after a generation without a file is reported together with its rest.
    const isReported = copy === undefined && followers.generations.length === 0;
    this.#state.addFollowed({ ...followers, isGapBehind: followers.isGapBehind && !isReported }, now);
    if (copy === undefined && followers.generations.length === 0) this.#state.previousIdentity = undefined;
    this.#state.baseline = createBaseline(siblings);
  }

  /**
   * The file was empty at the last look, and has been written to since: perhaps it was also copied and emptied, even
   * several times.
   */
  async #findWrittenAndEmptied(last: Generation): Promise<boolean> {
    const siblings = await listSiblings(this.#state.plan.access.files, this.#state.plan.path);
    const all = this.#state.search(siblings, last);
    const search = {
      ...all,
      siblings: siblings.filter(({ rotation }) => rotation.isNameOfCopy || rotation.isCompressed),
    };
    recordAge(
      last,
      search.siblings.filter((each) => isNewSince(all.baseline, each)),
    );
    const anchor = siblings.find(({ identity }) => identity === this.#state.previousIdentity);
    const followers = await findFollowers(search, anchor, { sizeBytes: 0, now: last });
    for (const { file } of followers.empty) await file.close();
    if (!(await this.#state.isStable(siblings, last))) {
      this.#passed.add(...followers.generations);
      return false;
    }
    const [first] = followers.generations;
    if (first !== undefined) {
      // Bytes missing before the file are missing before its first content.
      if (last.gapBytes !== undefined) first.gapBytes = (first.gapBytes ?? 0) + last.gapBytes;
      last.gapBytes = undefined;
      last.begun = false;
      this.#state.removeLast();
      this.#state.addFollowed(followers, last);
    } else if (followers.isGapBehind) last.gapBytes ??= 0;
    this.#state.suspects = [...this.#state.suspects, ...followers.suspects];
    this.#state.baseline = createBaseline(siblings);
    return true;
  }

  /** Searches for the content of a generation whose file has other content now. */
  async recover(generation: Generation): Promise<void> {
    this.#passed.begin();
    await this.#recover(generation);
    // Nothing that comes after a loss is read before the loss is known.
    if (this.#passed.isFollowed) await this.#passed.report();
  }

  async #recover(generation: Generation): Promise<void> {
    const { access, path } = this.#state.plan;
    const stat = await access.files.stat(path);
    if (generation === this.#state.last && stat !== undefined && generation.file.is(stat)) {
      await this.#followEmptied(generation);
      return;
    }
    // Another file may have its number, where births are not recorded.
    this.#passed.addOthers(generation.others.take());
    const siblings = await listSiblings(access.files, path);
    const copy = await findCopy(this.#state.search(siblings, undefined), generation);
    if (copy === undefined) {
      generation.isCutOff = true;
      return;
    }
    await generation.file.close();
    await this.#state.moveToCopy(generation, copy.file);
    generation.wasEmptied = true;
  }

  /** The file that has the latest content now: under another name, or as a copy. */
  async #findAnchor(search: RotationSearch, last: Generation): Promise<Sibling | undefined> {
    const moved = search.siblings.find(({ stat }) => last.file.isMovedTo(stat));
    if (moved !== undefined) return moved;
    const { access, path } = this.#state.plan;
    if ((await findBeside(access.files, path, (stat) => last.file.isMovedTo(stat))) !== undefined)
      return undefined;
    const copy = await findCopy(search, last);
    await copy?.file.close();
    return copy?.sibling;
  }

  /** Content that was written to an empty file, and removed again, was not noticed in time. */
  #suspectGapBeforeEmpty(): void {
    if (this.#wasEmpty !== undefined) this.#wasEmpty.gapBytes ??= 0;
    this.#wasEmpty = undefined;
  }

  /** Without an anchor, nothing is proved to be newer than content whose predecessor is not known. */
  #searchAfter(last: Generation | undefined, search: RotationSearch): RotationSearch {
    const isOpen = this.#wasEmpty !== undefined && this.#wasEmpty === last;
    return isOpen ? { ...search, provenSchemes: new Set() } : search;
  }
}
