import { compareMarks, type RotationName } from "../files/rotation-name.js";
import type { Sibling } from "../files/siblings.js";

/** A file that had the tracked path between two looks. */
export interface RotatedFile {
  readonly sibling: Sibling;
  /** Whether content before it may be missing. */
  readonly isGapBefore: boolean;
}

/** The files that had a path between two looks, as far as names prove that. */
export interface RotationChain {
  /** In the order of writing. */
  readonly files: readonly RotatedFile[];
  /** Whether content after them may be missing. */
  readonly isGapBehind: boolean;
}

export interface RotationEvidence {
  /** The file that has the latest content now; `undefined` if it is not found. */
  readonly anchor: Sibling | undefined;
  /** The new files with names of rotated files that are not tracked. */
  readonly fresh: readonly Sibling[];
  /** The files with names of rotated files that existed before and have not changed, including known ones. */
  readonly unchanged: readonly Sibling[];
  /** Schemes under which content of this log was found before. */
  readonly provenSchemes: ReadonlySet<string>;
}

/**
 * Finds the files that were rotated after the anchor. The anchor's current name shows how this log is rotated: with
 * numbers that shift (`app.log.2` is the anchor, `app.log.1` came after it), with numbers that grow, or with dates.
 * Without an anchor, only a known scheme proves an order, and nothing proves that no file is missing.
 */
export function findRotationChain(evidence: RotationEvidence): RotationChain {
  const { anchor, fresh, unchanged, provenSchemes } = evidence;
  if (anchor === undefined) {
    const proven = fresh.filter(({ rotation }) => provenSchemes.has(rotation.scheme));
    const files = sortSiblings(proven);
    return withGaps(isOrderProven(files, unchanged) ? files : [], fresh.length > 0);
  }
  const same = fresh.filter(
    ({ identity, rotation }) => identity !== anchor.identity && rotation.scheme === anchor.rotation.scheme,
  );
  // Other names mean that the log is rotated in two ways. A number before the extension is of another program.
  const hasOthers = fresh.some(
    ({ rotation }) => rotation.scheme !== anchor.rotation.scheme && rotation.isNameOfCopy,
  );
  const { number } = anchor.rotation;
  if (number !== undefined) {
    const chain = findNumberedChain(evidence, anchor, number, same);
    return hasOthers ? withGapsEverywhere(chain) : chain;
  }
  const later = sortSiblings(
    same.filter(({ rotation }) => compareMarks(rotation.mark, anchor.rotation.mark) > 0),
  );
  return withGaps(later, hasOthers || later.length < same.length);
}

/** Returns the same files, with possible gaps between all of them. */
export function withGapsEverywhere({ files }: RotationChain): RotationChain {
  return withGaps(
    files.map(({ sibling }) => sibling),
    true,
  );
}

function withGaps(files: readonly Sibling[], isGapAnywhere: boolean): RotationChain {
  return {
    files: files.map((sibling) => ({ sibling, isGapBefore: isGapAnywhere })),
    isGapBehind: isGapAnywhere,
  };
}

function findNumberedChain(
  { unchanged }: RotationEvidence,
  anchor: Sibling,
  number: number,
  same: readonly Sibling[],
): RotationChain {
  const isGrowing =
    number > 1 &&
    unchanged.some(
      ({ rotation }) => rotation.scheme === anchor.rotation.scheme && rotation.number === number - 1,
    );
  const numbers = same.map(({ rotation }) => rotation.number ?? 0);
  const last = isGrowing ? Math.max(number, ...numbers) : 0;
  const step = isGrowing ? 1 : -1;
  const files: RotatedFile[] = [];
  let isGap = false;
  let before = anchor;
  for (let next = number + step; next * step <= last * step; next += step) {
    const sibling = same.find(({ rotation }) => rotation.number === next);
    // Numbers that are not adjacent may be of two rotations, one of which counts up.
    if (sibling !== undefined && isGap && sibling.stat.bornNs <= before.stat.modifiedNs) break;
    if (sibling !== undefined) {
      files.push({ sibling, isGapBefore: isGap });
      before = sibling;
    }
    // Numbers begin with 0 or with 1.
    isGap = sibling === undefined && (isGap || next > 0);
  }
  const chain = { files, isGapBehind: isGap };
  // A new file with a higher number is a copy of an older file, or a later file if numbers grow. Which one is not
  // known.
  return same.length > files.length ? withGapsEverywhere(chain) : chain;
}

/**
 * Whether times or dates prove the order. Numbers do not, because they may shift or grow. Birth times alone do not
 * either: a file that was copied and truncated is older than the copy, but has later content, and a rotation that copies
 * `app.log.1` to `app.log.2` before it renames `app.log` creates the older content last.
 */
function isOrderProven(files: readonly Sibling[], unchanged: readonly Sibling[]): boolean {
  return files.every((file, index) => {
    const { stat, rotation } = file;
    const before = files[index - 1];
    if (before === undefined) return true;
    if (isRaised(before, file) && !doNumbersGrow(files, rotation.scheme, unchanged)) return false;
    if (stat.bornNs > before.stat.bornNs && stat.bornNs > before.stat.modifiedNs) return true;
    if (rotation.number !== undefined || before.rotation.scheme !== rotation.scheme) return false;
    return compareMarks(before.rotation.mark, rotation.mark) < 0;
  });
}

/** Whether the later of two files has the higher number. */
function isRaised(before: Sibling, { rotation: { number, scheme } }: Sibling): boolean {
  const earlier = before.rotation.number;
  return (
    before.rotation.scheme === scheme && earlier !== undefined && number !== undefined && number > earlier
  );
}

/** Whether the numbers continue those of files that kept theirs. */
function doNumbersGrow(files: readonly Sibling[], scheme: string, unchanged: readonly Sibling[]): boolean {
  const numbers = files
    .filter(({ rotation }) => rotation.scheme === scheme)
    .map(({ rotation }) => rotation.number ?? 0);
  const last = Math.min(...numbers) - 1;
  return unchanged.some(({ rotation }) => rotation.scheme === scheme && rotation.number === last);
}

function sortSiblings(files: readonly Sibling[]): Sibling[] {
  return files.toSorted((one, other) => {
    const byTime = compare(one.stat.bornNs, other.stat.bornNs);
    return byTime === 0 ? compareNames(one.rotation, other.rotation) : byTime;
  });
}

function compareNames(one: RotationName, other: RotationName): number {
  if (one.number !== undefined && other.number !== undefined) return other.number - one.number;
  return compareMarks(one.mark, other.mark);
}

function compare(one: bigint, other: bigint): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
