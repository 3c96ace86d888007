import { beginsLike, type SeenContent, SeenFiles } from "./files/seen-files.js";
import type { Generation } from "./generation/generation.js";
import type { SourceState } from "./source-state.js";

/**
 * Records a possible loss if content that was seen under the tracked path is in no generation.
 *
 * @param isEnd - Whether nothing is looked at any more. Otherwise a file that has just changed is looked at again.
 */
export async function explainSeen(state: SourceState, { isEnd = false } = {}): Promise<void> {
  const { files } = state.plan.access;
  if (!(files instanceof SeenFiles)) return;
  const changed: SeenContent[] = [];
  const { contents, isIncomplete } = files.takeSeen();
  if (isIncomplete) await state.suspectGapAfter(undefined);
  for (const seen of contents) {
    if (isExplained(state, seen)) continue;
    // It may have grown since the last look, unless it is removed already.
    const outcomes = seen.isRemoved ? [] : await observeAgain(state, seen.identity);
    if (!seen.isRemoved && isExplained(state, seen)) continue;
    if (!isEnd && outcomes.some((outcome) => outcome === "replaced" || outcome === "unseen"))
      changed.push(seen);
    else await suspectGapWith(state, seen);
  }
  files.putBack(changed);
}

function isExplained({ generations, late, stored }: SourceState, seen: SeenContent): boolean {
  return stored.explains(seen) || [...generations, ...late.generations].some((each) => contains(each, seen));
}

function contains(generation: Generation, { identity, sizeBytes, head }: SeenContent): boolean {
  if (generation.fileBytes + generation.missingBytes < sizeBytes) return false;
  const isComparable = head.length > 0 && generation.head.length > 0 && generation.start === 0;
  return isComparable ? beginsLike(generation.head, head) : generation.identity === identity;
}

/**
 * Observes the generations in a file. One that was empty is `unseen`: only the next look finds out whether its first content was preceded by
 * other content, which is in a copy now.
 */
async function observeAgain({ generations, plan }: SourceState, identity: string): Promise<string[]> {
  const outcomes: string[] = [];
  for (const generation of generations) {
    if (generation.file.identity !== identity || generation.isCutOff) continue;
    const isEmpty = generation.fileBytes === 0;
    outcomes.push(isEmpty ? "unseen" : await generation.observe(plan.access.files.nowNs()));
  }
  return outcomes;
}

/** The content may have been before any generation of which nothing is stored, or in the file of the last one. */
async function suspectGapWith(state: SourceState, { identity }: SeenContent): Promise<void> {
  const { last } = state;
  if (last?.begun === true && last.file.identity === identity) last.gapBytes ??= 0;
  await state.suspectGapAfter(undefined);
}
