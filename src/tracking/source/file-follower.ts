import { isPerhapsEarlier } from "./rotation/baseline.js";
import type { Generation } from "./generation/generation.js";
import { recordAge } from "./generation/record-age.js";
import {
  findCopy,
  findFollowers,
  hasUnexplained,
  type Followers,
  withoutProvenSchemes,
} from "./rotation/rotation-search.js";
import type { RotationSearch } from "./rotation/sibling-search.js";
import type { EmptiedFollower } from "./emptied-follower.js";
import { findBeside, type Sibling } from "./files/siblings.js";
import type { PassedContent } from "./passed-content.js";
import type { SourceState } from "./source-state.js";
import type { UnknownStart } from "./unknown-start.js";

/** Adds the files that were under the path after the last one, when there is another one now, or none. */
export class FileFollower {
  readonly #state: SourceState;
  readonly #passed: PassedContent;
  readonly #unknownStart: UnknownStart;
  readonly #emptied: EmptiedFollower;
  /** The last generation and the files beside the path, when there was no file under it. */
  #absence: { readonly last: Generation; readonly siblings: readonly Sibling[] } | undefined;

  constructor(
    state: SourceState,
    passed: PassedContent,
    unknownStart: UnknownStart,
    emptied: EmptiedFollower,
  ) {
    this.#state = state;
    this.#passed = passed;
    this.#unknownStart = unknownStart;
    this.#emptied = emptied;
  }

  /** Returns false if the path must be looked at again. */
  async follow(last: Generation | undefined, now: Generation | undefined): Promise<boolean> {
    if (last !== undefined) {
      last.bytesBeforeMove ??= last.fileBytes;
      last.file.hasLeft = true;
    }
    // It may have grown before and after it was renamed or deleted.
    const outcome = last?.isCutOff === false ? await this.#emptied.observe(last) : undefined;
    if (outcome === "replaced" && last !== undefined) await this.#emptied.recover(last);
    if (outcome === "gone" && last !== undefined) last.isCutOff = true;
    const siblings = await this.#passed.list();
    const isNothingNew = last !== undefined && this.#isSameAbsence(last, siblings);
    if (isNothingNew && now === undefined) {
      // What was written to the last file is read, although no other file follows it.
      this.#state.setBaseline(siblings);
      return await this.#state.late.look();
    }
    const all = this.#state.search(siblings, now, last === undefined ? 0 : 1);
    const search = this.#unknownStart.limitSearch(last, all);
    const found = last && (await this.#findAnchor(search, last, outcome === "intact"));
    const anchor = found === "ambiguous" ? undefined : found;
    const followers =
      last === undefined
        ? { generations: [], empty: [], all: [], suspects: [], isGapBehind: hasUnexplained(search) }
        : await this.#findLater(found === "ambiguous" ? withoutProvenSchemes(search) : search, anchor, last);
    if (!(await this.#passed.isStable(siblings, now))) {
      this.#passed.add(...followers.all, ...(now === undefined ? [] : [now]));
      return false;
    }
    this.#unknownStart.suspectGap();
    if (now !== undefined) {
      this.#state.loseSuspects();
      await this.#state.late.forget(now.file.identity);
    }
    if (anchor !== undefined) this.#state.provenSchemes.add(anchor.rotation.scheme);
    // Content written after the file was emptied, and before it was renamed, is not searched for.
    const wasEmptied = outcome === "replaced" || last?.wasEmptied === true;
    if (last !== undefined) last.wasEmptied = false;
    if (wasEmptied) for (const generation of followers.generations) generation.gapBytes ??= 0;
    // A gap behind the last generation was found before, if nothing else has changed.
    const isGapBehind = (followers.isGapBehind && !isNothingNew) || wasEmptied;
    // It may also have been written to and emptied before its present content.
    if (last?.bytesBeforeMove === 0 && isGapBehind) last.gapBytes ??= 0;
    // Empty ones may still be written to by a program that opened them, and has not opened a later one yet.
    this.#state.addFollowed({ generations: followers.all, isGapBehind }, now);
    this.#state.setBaseline(siblings);
    const { last: absent } = this.#state;
    this.#absence = now === undefined && absent !== undefined ? { last: absent, siblings } : undefined;
    return await this.#state.late.look();
  }

  /**
   * The file that has the latest content now: under another name, or as a copy. A file that goes on where the last one, which can still be
   * read, has ended is no copy: it only begins with the same content, such as the first line of a program.
   */
  async #findAnchor(
    search: RotationSearch,
    last: Generation,
    isIntact: boolean,
  ): Promise<Sibling | "ambiguous" | undefined> {
    const moved = search.siblings.find(({ stat }) => last.file.isMovedTo(stat));
    if (moved !== undefined) return moved;
    const { access, path } = this.#state.plan;
    if ((await findBeside(access.files, path, (stat) => last.file.isMovedTo(stat))) !== undefined)
      return undefined;
    const copy = await findCopy(search, last);
    if (copy === undefined || copy === "ambiguous") return copy;
    await copy.file.close();
    return isIntact && copy.file.first.sizeBytes > last.fileBytes ? "ambiguous" : copy.sibling;
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
}
