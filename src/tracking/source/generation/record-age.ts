import { getClockStepNs, isBirthRecorded } from "../files/file-stat.js";
import type { Sibling } from "../files/siblings.js";
import type { Generation } from "./generation.js";

/**
 * Records that files may contain older content than the generation, although they were created after it was first seen,
 * so that they are not treated as its successors after a restart.
 */
export function recordAge(generation: Generation, perhapsOlder: readonly Sibling[]): void {
  // If the generation has begun, the log contains its time already.
  if (generation.begun) return;
  for (const { stat } of perhapsOlder)
    if (stat.bornNs > generation.firstSeenNs) generation.firstSeenNs = stat.bornNs;
}

/**
 * Records that the files beside the path which were created when the generation was first seen, or are older and were written to since, contain
 * no successor of it: the path still had its content at a look that began later than one step of the clock after that. A restart then knows
 * these times from those of later rotations. The time does not pass the birth of a newer file, which may be a copy of the generation.
 */
export function settleAge(generation: Generation, siblings: readonly Sibling[], lookedNs: bigint): void {
  const { begun, file, firstSeenNs } = generation;
  if (begun || !isBirthRecorded(file.identity)) return;
  const others = siblings.filter(({ identity }) => identity !== file.identity).map(({ stat }) => stat);
  const times = others
    .filter(({ bornNs }) => bornNs <= firstSeenNs)
    .map(({ bornNs, modifiedNs }) => (modifiedNs > bornNs ? modifiedNs : bornNs))
    .filter((timeNs) => timeNs >= firstSeenNs && lookedNs > timeNs + getClockStepNs(timeNs))
    .filter((timeNs) => !others.some(({ bornNs }) => bornNs > firstSeenNs && bornNs <= timeNs));
  for (const timeNs of times) if (timeNs >= generation.firstSeenNs) generation.firstSeenNs = timeNs + 1n;
}
