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

/** Whether the file is not in the baseline. */
export function isNewSince(baseline: Baseline, sibling: Sibling): boolean {
  return !baseline.has(sibling.identity);
}

/**
 * Whether the file is in the baseline, and has not been written to since. Within one step of the clock, only the size
 * shows that.
 */
export function isUnchangedSince(baseline: Baseline, { identity, stat }: Sibling): boolean {
  const known = baseline.get(identity);
  return known?.modifiedNs === stat.modifiedNs && known.sizeBytes === stat.sizeBytes;
}

/**
 * Whether a new file may be a copy of earlier content of the anchor's file. That is possible if the anchor's file was
 * empty when it was last seen: it may have been copied and truncated before it was renamed. It is not possible if the
 * new file was created after the last write to the anchor's file.
 */
export function isPerhapsEarlier(
  baseline: Baseline,
  anchor: Pick<Sibling, "identity" | "stat">,
  sibling: Sibling,
): boolean {
  if (sibling.identity === anchor.identity || !isNewSince(baseline, sibling)) return false;
  return sibling.stat.bornNs <= anchor.stat.modifiedNs;
}

/** Counts the uncompressed files that are gone. Each may have been compressed. */
export function countVanished(baseline: Baseline, siblings: readonly Sibling[]): number {
  const present = new Set(siblings.map(({ identity }) => identity));
  return [...baseline].filter(([identity, { isCompressed }]) => !isCompressed && !present.has(identity))
    .length;
}
