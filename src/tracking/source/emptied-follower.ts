import { isNewSince, isUnchangedSince } from "./rotation/baseline.js";
import { Generation } from "./generation/generation.js";
import { countKept } from "./generation/count-kept.js";
import { recordAge } from "./generation/record-age.js";
import { isStillIntact } from "./rotation/overwritten-files.js";
import { findCopy, findFollowers, withoutProvenSchemes } from "./rotation/rotation-search.js";
import { openSibling, type RotationSearch } from "./rotation/sibling-search.js";
import type { Sibling } from "./files/siblings.js";
import { beginsWithAllOf } from "./files/begin-alike.js";
import type { PassedContent } from "./passed-content.js";
import type { SourceState } from "./source-state.js";
import type { UnknownStart } from "./unknown-start.js";

/** Follows a file that was emptied: finds its earlier content, and adds the present one. */
export class EmptiedFollower {
  readonly #state: SourceState;
  readonly #passed: PassedContent;
  readonly #unknownStart: UnknownStart;

  constructor(state: SourceState, passed: PassedContent, unknownStart: UnknownStart) {
    this.#state = state;
    this.#passed = passed;
    this.#unknownStart = unknownStart;
  }

  /**
   * Compares the file of the last generation with what is known of it. A new copy of all that is known, which goes on with other content than
   * the file, proves nothing: either the file was copied and emptied, and begins with the same content again, such as the first line of a
   * program; or the copy is another program's file with that line. The file is read on, and a possible loss is reported.
   */
  async observe(last: Generation): Promise<"intact" | "replaced" | "gone"> {
    const hasOtherCopy = await this.#hasOtherCopy(last);
    const outcome = await last.observe(this.#state.plan.access.files.nowNs());
    if (outcome === "intact" && hasOtherCopy) last.gapBytes ??= 0;
    return outcome;
  }

  async #hasOtherCopy(last: Generation): Promise<boolean> {
    const { baseline } = this.#state;
    const siblings = await this.#passed.list();
    const search = this.#state.search(siblings, last);
    for (const sibling of siblings) {
      if (!sibling.rotation.isNameOfCopy || search.isTracked(sibling.path)) continue;
      const isKnown = search.isKnown(sibling.identity);
      if (isKnown ? isUnchangedSince(baseline, sibling) : !isNewSince(baseline, sibling)) continue;
      const file = await openSibling(search, sibling);
      const isNewCopy = file !== undefined && (!isKnown || (await search.isOverwritten(file)));
      const isCopy = isNewCopy && (await last.isCopiedTo(file));
      const isOther = isCopy && !(await beginsWithAllOf(last.file, file));
      await file?.close();
      if (isOther) return true;
    }
    return false;
  }

  /** The file is the same, but its content was replaced: its earlier content may be in a copy. */
  async follow(last: Generation): Promise<void> {
    this.#passed.addOthers(last.others.take());
    const { access } = this.#state.plan;
    const siblings = await this.#passed.list();
    const siblingsBefore = new Set(this.#state.baseline.keys());
    const now = new Generation({ file: last.file, siblingsBefore, minHoleBytes: last.fileBytes });
    now.innerGaps.inherit(last.innerGaps);
    if ((await now.observe(access.files.nowNs())) !== "intact") {
      passOn(now, last);
      this.#passed.add(now);
      return;
    }
    const search = this.#unknownStart.limitSearch(last, this.#state.search(siblings, now));
    const found = await findCopy(search, last);
    const copy = found === "ambiguous" ? undefined : found;
    const followers = await findFollowers(
      found === "ambiguous" ? withoutProvenSchemes(search) : search,
      copy?.sibling,
      { sizeBytes: last.fileBytes, now },
    );
    for (const { file } of followers.empty) await file.close();
    if (!(await this.#passed.isStable(siblings, now))) {
      passOn(now, last);
      this.#passed.add(...followers.generations, now);
      await copy?.file.close();
      return;
    }
    this.#unknownStart.suspectGap();
    if (copy === undefined) {
      last.isCutOff = true;
      // It was not emptied if it still has its first lines.
      const kept = followers.generations.length === 0 ? countKept(last, now) : 0;
      if (kept > now.start) now.skipTo(kept);
      now.innerGaps.remove(kept);
    } else {
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
    this.#state.setBaseline(siblings);
  }

  /**
   * The file was empty at the last look, and has been written to since: perhaps it was also copied and emptied, even
   * several times. Returns false if the path must be looked at again.
   */
  async followWritten(last: Generation): Promise<boolean> {
    const siblings = await this.#passed.list();
    const all = this.#state.search(siblings, last);
    // What has not changed is no copy, but its number shows whether numbers grow.
    const search = {
      ...all,
      siblings: siblings.filter(
        (each) =>
          each.rotation.isNameOfCopy || each.rotation.isCompressed || isUnchangedSince(all.baseline, each),
      ),
    };
    recordAge(
      last,
      search.siblings.filter((each) => isNewSince(all.baseline, each)),
    );
    const previous = siblings.find(({ identity }) => identity === this.#state.previousIdentity);
    // Something may have been copied over it.
    const anchor = previous !== undefined && (await isStillIntact(all, previous)) ? previous : undefined;
    const followers = await findFollowers(search, anchor, { sizeBytes: 0, now: last });
    for (const { file } of followers.empty) await file.close();
    if (!(await this.#passed.isStable(siblings, last))) {
      this.#passed.add(...followers.generations);
      return false;
    }
    const [first] = followers.generations;
    const isGapBehind = followers.isGapBehind || isPerhapsCopied(all, anchor);
    if (first !== undefined) {
      // Bytes missing before the file are missing before its first content.
      if (last.gapBytes !== undefined) first.gapBytes = (first.gapBytes ?? 0) + last.gapBytes;
      last.gapBytes = undefined;
      last.begun = false;
      this.#state.removeLast();
      this.#state.addFollowed({ ...followers, isGapBehind }, last);
    } else if (isGapBehind) last.gapBytes ??= 0;
    this.#state.suspects = [...this.#state.suspects, ...followers.suspects];
    this.#state.setBaseline(siblings);
    return true;
  }

  /** Searches for the content of a generation whose file has other content now. */
  async recover(generation: Generation): Promise<void> {
    const { access, path } = this.#state.plan;
    const stat = await access.files.stat(path);
    if (generation === this.#state.last && stat !== undefined && generation.file.isUnderPath(stat)) {
      await this.follow(generation);
      return;
    }
    // Another file may have its number, where births are not recorded.
    this.#passed.addOthers(generation.others.take());
    const siblings = await this.#passed.list();
    const copy = await findCopy(this.#state.search(siblings, undefined), generation);
    if (copy === undefined || copy === "ambiguous") {
      generation.isCutOff = true;
      return;
    }
    await generation.file.close();
    await this.#state.moveToCopy(generation, copy.file);
    generation.wasEmptied = true;
  }
}

/**
 * Whether there is a new file with a number before the extension, as the anchor has one: it may be a copy of what the file contained, or the log of
 * another worker, and is not read.
 */
function isPerhapsCopied(search: RotationSearch, anchor: Sibling | undefined): boolean {
  if (anchor === undefined || anchor.rotation.isNameOfCopy) return false;
  return search.siblings.some(
    (each) =>
      each.rotation.scheme === anchor.rotation.scheme &&
      isNewSince(search.baseline, each) &&
      !search.isKnown(each.identity) &&
      !search.isTracked(each.path),
  );
}

/** Keeps what was read of a content that is searched again: also what was proved to be in the file may not be there any more. */
function passOn({ innerGaps, start, head }: Generation, last: Generation): void {
  last.innerGaps.inherit(innerGaps);
  last.innerGaps.remember({ start, bytes: head });
}
