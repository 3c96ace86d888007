import type { RotationName } from "./rotation-name.js";
import type { Sibling } from "./siblings.js";

/** What a path held between two looks, as far as names prove it. */
export interface RotationChain {
  /** The files, in the order in which they were written. */
  readonly files: readonly Sibling[];
  /** Whether nothing else can have been there. When it is false, something may be missing before the files. */
  readonly isComplete: boolean;
}

export interface RotationEvidence {
  /** Under which name the content that was there last is now; `undefined` when it is not found. */
  readonly anchor: Sibling | undefined;
  /** The files with names of rotation that were not there before, and that nobody tracks. */
  readonly fresh: readonly Sibling[];
  /** The other files with names of rotation that have not changed either. */
  readonly unchanged: readonly Sibling[];
  /** Schemes under which content of this log was found before. */
  readonly provenSchemes: ReadonlySet<string>;
}

/**
 * The files that were rotated away after the anchor. Where the anchor is now shows how this log is rotated: with numbers
 * that shift (`app.log.2` is the anchor, `app.log.1` came after it), with numbers that grow, or with dates. Without an
 * anchor only a scheme that was seen before proves anything, and never that nothing is missing.
 */
export function findRotationChain(evidence: RotationEvidence): RotationChain {
  const { anchor, fresh, provenSchemes } = evidence;
  if (anchor === undefined) {
    const proven = fresh.filter(({ rotation }) => provenSchemes.has(rotation.scheme));
    return { files: inOrder(proven), isComplete: fresh.length === 0 };
  }
  const same = fresh.filter(
    ({ identity, rotation }) => identity !== anchor.identity && rotation.scheme === anchor.rotation.scheme,
  );
  // A log that is rotated in two ways; where a number stands before the extension it is another program's.
  const hasOthers = fresh.some(
    ({ rotation }) => rotation.scheme !== anchor.rotation.scheme && rotation.isNameOfCopy,
  );
  const { number } = anchor.rotation;
  if (number !== undefined) {
    const { files, isComplete } = chainOfNumbers(evidence, anchor, number, same);
    return { files, isComplete: isComplete && !hasOthers };
  }
  const files = inOrder(same.filter(({ rotation }) => rotation.mark > anchor.rotation.mark));
  return { files, isComplete: !hasOthers };
}

function chainOfNumbers(
  { unchanged }: RotationEvidence,
  anchor: Sibling,
  number: number,
  same: readonly Sibling[],
): RotationChain {
  const at = (files: readonly Sibling[], wanted: number): Sibling | undefined =>
    files.find(({ rotation }) => rotation.number === wanted);
  const known = unchanged.filter(({ rotation }) => rotation.scheme === anchor.rotation.scheme);
  const isGrowing = number > 1 && at(known, number - 1) !== undefined;
  const files: Sibling[] = [];
  let isComplete = true;
  if (isGrowing) {
    for (let next = number + 1; ; next += 1) {
      const file = at(same, next);
      if (file === undefined) break;
      files.push(file);
    }
    return { files, isComplete: same.length === files.length };
  }
  for (let next = number - 1; next >= 0; next -= 1) {
    const file = at(same, next);
    if (file !== undefined) files.push(file);
    else if (next > 0) isComplete = false;
  }
  // What is new under a higher number is the copy of an older file, or a later file where numbers grow: it cannot be told.
  return { files, isComplete: isComplete && same.every(({ rotation }) => (rotation.number ?? 0) < number) };
}

function inOrder(files: readonly Sibling[]): Sibling[] {
  return files.toSorted((one, other) => {
    const byTime = compare(one.stat.bornNs, other.stat.bornNs);
    return byTime === 0 ? compareNames(one.rotation, other.rotation) : byTime;
  });
}

function compareNames(one: RotationName, other: RotationName): number {
  if (one.number !== undefined && other.number !== undefined) return other.number - one.number;
  return compare(one.mark, other.mark);
}

function compare<T extends bigint | string>(one: T, other: T): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
