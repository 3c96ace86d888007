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
