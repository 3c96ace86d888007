import type { Sibling } from "../files/siblings.js";

/** The files with names of rotation that were there at one moment, and when they had been written to. */
export type Baseline = ReadonlyMap<string, KnownSibling>;

interface KnownSibling {
  readonly modifiedNs: bigint;
  readonly isCompressed: boolean;
}

export function createBaseline(siblings: readonly Sibling[]): Baseline {
  return new Map(
    siblings.map(({ identity, stat: { modifiedNs }, rotation: { isCompressed } }) => [
      identity,
      { modifiedNs, isCompressed },
    ]),
  );
}

/** Whether the file was not there yet. */
export function isNewSince(baseline: Baseline, sibling: Sibling): boolean {
  return !baseline.has(sibling.identity);
}

/** Whether the file was there, and nobody has written to it. */
export function isUnchangedSince(baseline: Baseline, sibling: Sibling): boolean {
  return baseline.get(sibling.identity)?.modifiedNs === sibling.stat.modifiedNs;
}

/** How many files that were there, and not compressed, are not there any more: each may have been compressed since. */
export function countVanished(baseline: Baseline, siblings: readonly Sibling[]): number {
  const present = new Set(siblings.map(({ identity }) => identity));
  return [...baseline].filter(([identity, { isCompressed }]) => !isCompressed && !present.has(identity))
    .length;
}
