import type { Sibling } from "../files/siblings.js";

/** The files with names of rotated files at one moment, with their modification times and sizes. */
export type Baseline = ReadonlyMap<string, KnownSibling>;

interface KnownSibling {
  readonly modifiedNs: bigint;
  readonly sizeBytes: number;
  readonly isCompressed: boolean;
}

export function createBaseline(siblings: readonly Sibling[]): Baseline {
  return new Map(
    siblings.map(({ identity, stat: { modifiedNs, sizeBytes }, rotation: { isCompressed } }) => [
      identity,
      { modifiedNs, sizeBytes, isCompressed },
    ]),
  );
}

/** Whether the file was not there. */
export function isNewSince(baseline: Baseline, sibling: Sibling): boolean {
  return !baseline.has(sibling.identity);
}

/** Whether the file was there, and has not been written to since; within one step of the clock its size shows it. */
export function isUnchangedSince(baseline: Baseline, { identity, stat }: Sibling): boolean {
  const known = baseline.get(identity);
  return known?.modifiedNs === stat.modifiedNs && known.sizeBytes === stat.sizeBytes;
}

/**
 * Whether a new file may be a copy of what the anchor's file contained before, if that was empty when it was last seen:
 * it may have been copied and emptied before it was renamed. Not if the new file was born after the last write to it.
 */
export function isPerhapsEarlier(
  baseline: Baseline,
  anchor: Pick<Sibling, "identity" | "stat">,
  sibling: Sibling,
): boolean {
  if (sibling.identity === anchor.identity || !isNewSince(baseline, sibling)) return false;
  return sibling.stat.bornNs <= anchor.stat.modifiedNs;
}

/** The number of uncompressed files that are gone: each may have been compressed. */
export function countVanished(baseline: Baseline, siblings: readonly Sibling[]): number {
  const present = new Set(siblings.map(({ identity }) => identity));
  return [...baseline].filter(([identity, { isCompressed }]) => !isCompressed && !present.has(identity))
    .length;
}
