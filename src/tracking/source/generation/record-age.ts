import type { Sibling } from "../files/siblings.js";
import type { Generation } from "./generation.js";

/**
 * Records that other files may contain something older than the generation, although they were created after it was
 * first seen: a restart does not take them for files that came after it.
 */
export function recordAge(generation: Generation, perhapsOlder: readonly Sibling[]): void {
  // Once it has begun, the log has the time.
  if (generation.begun) return;
  for (const { stat } of perhapsOlder)
    if (stat.bornNs > generation.firstSeenNs) generation.firstSeenNs = stat.bornNs;
}
