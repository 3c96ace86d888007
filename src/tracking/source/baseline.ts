import type { Sibling } from "./siblings.js";

/** The files with names of rotation that were there at one moment, and when they had been written to. */
export type Baseline = ReadonlyMap<string, bigint>;

export function createBaseline(siblings: readonly Sibling[]): Baseline {
  return new Map(siblings.map(({ identity, stat }) => [identity, stat.modifiedNs]));
}

/** Whether the file was not there yet. */
export function isNewSince(baseline: Baseline, sibling: Sibling): boolean {
  return !baseline.has(sibling.identity);
}

/** Whether the file was there, and nobody has written to it. */
export function isUnchangedSince(baseline: Baseline, sibling: Sibling): boolean {
  return baseline.get(sibling.identity) === sibling.stat.modifiedNs;
}
