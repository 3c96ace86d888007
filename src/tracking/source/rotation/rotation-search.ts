import { beginAlike } from "../files/begin-alike.js";
import { isBirthRecorded } from "../files/file-stat.js";
import { isNewSince, isUnchangedSince } from "./baseline.js";
import { holdsAllOf } from "../generation/holds-all-of.js";
import { Generation } from "../generation/generation.js";
import { isAnyOverwritten } from "./overwritten-files.js";
import { findRotationChain, withGapsEverywhere } from "./rotation-chain.js";
import { type FoundFile, openSibling, removeDuplicates, type RotationSearch } from "./sibling-search.js";
import { compareMarks } from "../files/rotation-name.js";
import type { Sibling } from "../files/siblings.js";

/** The generations between the latest known content and the present one. */
export interface Followers {
  /** Each records whether content before it may be missing. */
  readonly generations: readonly Generation[];
  /** Empty files. */
  readonly empty: readonly Generation[];
  /** Those with content and the empty ones, in the order of writing. */
  readonly all: readonly Generation[];
  /** Files that contain only a prefix of the present content: copies that are being made, or lost content. */
  readonly suspects: readonly { readonly identity: string; readonly sizeBytes: number }[];
  /** Whether content after the generations may be missing. */
  readonly isGapBehind: boolean;
}

/**
 * Finds the copy that was made of a generation before its file was emptied: it is newer than the generation, or was copied over an earlier
 * copy; it has a name that rotation gives to copies, and it begins with everything that was stored or seen of the generation. That proves
 * nothing if a file with other content begins with it too, such as with the first line of a program.
 */
export async function findCopy(
  search: RotationSearch,
  generation: Generation,
): Promise<FoundFile | "ambiguous" | undefined> {
  const candidates = search.siblings
    .filter(
      ({ rotation, identity, path }) =>
        rotation.isNameOfCopy &&
        !search.isTracked(path) &&
        (search.isKnown(identity) || !wasThereBefore(search, generation, identity)),
    )
    .filter(
      (each) =>
        !isUnchangedSince(search.baseline, each) ||
        // It was made before the last look, and cannot contain more than the generation did then.
        (!search.isKnown(each.identity) && each.stat.sizeBytes <= generation.bytesAtListing),
    )
    .toSorted(sortYoungestFirst);
  for (const sibling of candidates) {
    const file = await openSibling(search, sibling);
    if (file === undefined) continue;
    const isCopy = !search.isKnown(sibling.identity) || (await search.isOverwritten(file));
    if (isCopy && (await generation.isCopiedTo(file))) {
      if (!(await isAmbiguous(search, generation, { file, sibling }))) return { file, sibling };
      await file.close();
      return "ambiguous";
    }
    await file.close();
  }
  return undefined;
}

/** Finds no followers without an anchor: a file that may or may not be a copy may or may not follow. */
export function withoutProvenSchemes(search: RotationSearch): RotationSearch {
  return { ...search, provenSchemes: new Set() };
}

/**
 * Whether everything that is known of a generation is the beginning of another one, too, or of a file that goes on with other content than the
 * copy, or of another new file, of which one goes on where the other ends.
 */
async function isAmbiguous(
  search: RotationSearch,
  generation: Generation,
  copy: FoundFile,
): Promise<boolean> {
  if (search.isSharedBeginning(generation)) return true;
  const own = [generation.file.identity, copy.sibling.identity];
  for (const sibling of removeDuplicates(search.siblings)) {
    if (own.includes(sibling.identity) || sibling.rotation.isCompressed) continue;
    const file = await openSibling(search, sibling);
    if (file === undefined) continue;
    const isLongerOrShorter = file.first.sizeBytes !== copy.file.first.sizeBytes;
    const isOther =
      (await generation.isCopiedTo(file)) &&
      ((isNewSince(search.baseline, sibling) && isLongerOrShorter) || !(await beginAlike(copy.file, file)));
    await file.close();
    if (isOther) return true;
  }
  return false;
}

/** Without births, a number that was not there at the last look may belong to a new file. */
function wasThereBefore(
  { baseline }: RotationSearch,
  { siblingsBefore }: Generation,
  identity: string,
): boolean {
  return siblingsBefore.has(identity) && (isBirthRecorded(identity) || baseline.has(identity));
}

/** Finds the generations that were rotated after the anchor, and holds their files open. */
export async function findFollowers(
  search: RotationSearch,
  anchor: Sibling | undefined,
  emptied?: { readonly sizeBytes: number; readonly now: Generation },
): Promise<Followers> {
  const { baseline } = search;
  // A file with several names (hard links) counts once.
  const ours = removeDuplicates(search.siblings).filter(
    ({ identity, path, rotation }) =>
      identity !== anchor?.identity &&
      !search.isKnown(identity) &&
      !search.isTracked(path) &&
      !rotation.isCompressed,
  );
  const { fresh, suspects, isUnknown } = await openFresh(search, ours, anchor, emptied?.now);
  const unchanged = ours.filter((each) => isUnchangedSince(baseline, each));
  const chain = findRotationChain({
    anchor,
    fresh: fresh.map(({ sibling }) => sibling),
    unchanged: search.siblings.filter((each) => each !== anchor && isUnchangedSince(baseline, each)),
    provenSchemes: search.provenSchemes,
  });
  const changed = ours.filter((each) => !isNewSince(baseline, each) && !unchanged.includes(each));
  const isAnyUnknown =
    isUnknown || isSomethingCompressed(search, anchor) || (await holdAnyUnknown(search, changed, anchor));
  const { files, isGapBehind } = isAnyUnknown ? withGapsEverywhere(chain) : chain;
  let isGap = false;
  for (const { file, sibling } of fresh)
    if (!files.some((each) => each.sibling === sibling)) await file.close();
  const siblingsBefore = new Set(baseline.keys());
  let minHoleBytes = emptied?.sizeBytes;
  const all: Generation[] = [];
  for (const { sibling, isGapBefore } of files) {
    const file = fresh.find((each) => each.sibling === sibling)?.file;
    if (file === undefined) continue;
    const generation = new Generation({ file, siblingsBefore, minHoleBytes });
    // The modification time is not used, because it may be later than the next file's birth time.
    generation.firstSeenNs = file.first.bornNs;
    if (emptied !== undefined) {
      generation.isComplete = true;
      minHoleBytes = sibling.stat.sizeBytes;
    }
    // Observed immediately, because a later copy may overwrite it.
    const isIntact = (await generation.observe(search.access.files.nowNs())) === "intact";
    isGap ||= isGapBefore || !isIntact;
    // It may have been overwritten between the comparison and the look.
    if (isPerhapsOlder(anchor, sibling) && (await search.isCopyOfKnown(file))) {
      await file.close();
      isGap = true;
      continue;
    }
    all.push(generation);
    if (generation.fileBytes === 0) {
      // What it contains later may be a copy.
      generation.bytesBeforeMove = 0;
      continue;
    }
    if (isGap) generation.gapBytes = 0;
    isGap = false;
  }
  const generations = all.filter(({ fileBytes }) => fileBytes > 0);
  const empty = all.filter(({ fileBytes }) => fileBytes === 0);
  return { generations, empty, all, suspects, isGapBehind: isGapBehind || isGap };
}

interface FreshFiles {
  readonly fresh: readonly FoundFile[];
  readonly suspects: Followers["suspects"];
  /** Whether one of them is not readable, or may be a copy that goes on with unknown content. */
  readonly isUnknown: boolean;
}

/** Opens the new files, except those that contain only known content. */
async function openFresh(
  search: RotationSearch,
  siblings: readonly Sibling[],
  anchor: Sibling | undefined,
  now: Generation | undefined,
): Promise<FreshFiles> {
  const fresh: FoundFile[] = [];
  const suspects: { identity: string; sizeBytes: number }[] = [];
  let isUnknown = false;
  for (const sibling of siblings.filter((each) => isNewSince(search.baseline, each))) {
    const file = await openSibling(search, sibling);
    if (file === undefined) {
      isUnknown = true;
      continue;
    }
    const isCopyOfNow = now !== undefined && (await holdsAllOf(now, file));
    if (isCopyOfNow) suspects.push({ identity: sibling.identity, sizeBytes: sibling.stat.sizeBytes });
    const isOlder = isPerhapsOlder(anchor, sibling) && (await search.isCopyOfKnown(file));
    const isLostCopy = !isOlder && (await search.isPerhapsLostCopy(file));
    isUnknown ||= isLostCopy;
    if (isCopyOfNow || isOlder || isLostCopy) await file.close();
    else fresh.push({ file, sibling });
  }
  return { fresh, suspects, isUnknown };
}

/**
 * Whether one of the changed files contains unknown content: a rotation may have copied over it, or, if birth times are
 * not recorded, it may be another file with a reused inode number.
 */
async function holdAnyUnknown(
  search: RotationSearch,
  changed: readonly Sibling[],
  anchor: Sibling | undefined,
): Promise<boolean> {
  for (const sibling of changed) {
    if (!sibling.rotation.isNameOfCopy && !search.provenSchemes.has(sibling.rotation.scheme)) continue;
    const file = await openSibling(search, sibling);
    if (file === undefined) return true;
    const isKnown = await search.isCopyOfKnown(file);
    await file.close();
    if (!isKnown) return true;
  }
  return await isAnyOverwritten(search, anchor);
}

/** Whether content after the anchor may be in a compressed file, which is not read. */
function isSomethingCompressed(search: RotationSearch, anchor: Sibling | undefined): boolean {
  const { baseline, siblings, vanished } = search;
  const compressed = removeDuplicates(siblings).filter(
    (each) => each.rotation.isCompressed && isNewSince(baseline, each) && !search.isTracked(each.path),
  );
  if (anchor === undefined) return compressed.length > vanished;
  // In a numbered scheme, the missing number shows that.
  const isNumbered = anchor.rotation.number !== undefined;
  return (
    !isNumbered && compressed.some(({ rotation }) => compareMarks(rotation.mark, anchor.rotation.mark) > 0)
  );
}

/** Whether there is a new file of unknown origin. It may have been rotated from the tracked path. */
export function hasUnexplained(search: RotationSearch): boolean {
  if (isSomethingCompressed(search, undefined)) return true;
  return search.siblings.some(
    (sibling) =>
      !sibling.rotation.isCompressed &&
      isNewSince(search.baseline, sibling) &&
      !search.isTracked(sibling.path) &&
      !search.isKnown(sibling.identity),
  );
}

/** Whether the file may be older than the anchor: its name does not prove that it is younger. */
function isPerhapsOlder(anchor: Sibling | undefined, { rotation }: Sibling): boolean {
  const [known, number] = [anchor?.rotation.number, rotation.number];
  return known === undefined || number === undefined || number > known;
}

function sortYoungestFirst(one: Sibling, other: Sibling): number {
  const numbers = (one.rotation.number ?? 0) - (other.rotation.number ?? 0);
  if (numbers !== 0) return numbers;
  return one.stat.bornNs > other.stat.bornNs ? -1 : 1;
}
