import type { Sibling } from "../files/siblings.js";

/** The files with names of rotated files at one moment, with their modification times. */
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

/** Whether the file was not there. */
export function isNewSince(baseline: Baseline, sibling: Sibling): boolean {
  return !baseline.has(sibling.identity);
}

/** Whether the file was there, and has not been written to since. */
export function isUnchangedSince(baseline: Baseline, sibling: Sibling): boolean {
  return baseline.get(sibling.identity)?.modifiedNs === sibling.stat.modifiedNs;
}

/** The number of uncompressed files that are gone: each may have been compressed. */
export function countVanished(baseline: Baseline, siblings: readonly Sibling[]): number {
  const present = new Set(siblings.map(({ identity }) => identity));
  return [...baseline].filter(([identity, { isCompressed }]) => !isCompressed && !present.has(identity))
    .length;
}
