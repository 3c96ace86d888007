import { beginsLike, type SeenContent, SeenFiles } from "./files/seen-files.js";
import type { Generation } from "./generation/generation.js";
import type { SourceState } from "./source-state.js";

/** The number of failed looks after which content that was seen counts as lost. */
const maxFailedLooks = 3;

const failedLooks = new WeakMap<SeenContent, number>();

/**
 * Records a possible loss if content that was seen under the tracked path is in no generation. If it fails, it can be called again.
 *
 * @param isEnd - Whether nothing is looked at any more. Otherwise a file that has just changed is looked at again.
 */
export async function explainSeen(state: SourceState, { isEnd = false } = {}): Promise<void> {
  const { files } = state.plan.access;
  if (!(files instanceof SeenFiles)) return;
  const { contents, isIncomplete } = files.takeSeen();
  const left = new Set(contents);
  let isIncompleteLeft = isIncomplete;
  try {
    if (isIncomplete) await state.suspectGapAfter(undefined);
    isIncompleteLeft = false;
    for (const seen of contents) if (await explain(state, seen, isEnd)) left.delete(seen);
  } finally {
    files.putBack([...left], isIncompleteLeft);
  }
}

/** Returns false if the content must be looked for again. */
async function explain(state: SourceState, seen: SeenContent, isEnd: boolean): Promise<boolean> {
  if (isExplained(state, seen)) return true;
  // It may have grown since the last look, unless it is removed already.
  const outcomes = seen.isRemoved ? [] : await observeAgain(state, seen);
  if (!seen.isRemoved && isExplained(state, seen)) return true;
  if (!isEnd && outcomes.some((outcome) => outcome === "replaced" || outcome === "unseen")) return false;
  await suspectGapWith(state, seen);
  return true;
}

function isExplained({ generations, late, stored }: SourceState, seen: SeenContent): boolean {
  return stored.explains(seen) || [...generations, ...late.generations].some((each) => contains(each, seen));
}

function contains(generation: Generation, { identity, sizeBytes, head }: SeenContent): boolean {
  if (generation.fileBytes + generation.missingBytes < sizeBytes) return false;
  // It was before the hole that a program leaves when it goes on at its position after its file was emptied.
  if (!generation.isSkipped && generation.start >= sizeBytes) return false;
  const isComparable = head.length > 0 && generation.head.length > 0 && generation.start === 0;
  return isComparable ? beginsLike(generation.head, head) : generation.identity === identity;
}

/**
 * Observes the generations in a file. One that was empty is `unseen`: only the next look finds out whether its first content was preceded by
 * other content, which is in a copy now.
 */
async function observeAgain(state: SourceState, seen: SeenContent): Promise<string[]> {
  const { generations, plan } = state;
  const outcomes: string[] = [];
  try {
    for (const generation of generations) {
      if (generation.file.identity !== seen.identity || generation.isCutOff) continue;
      const isEmpty = generation.fileBytes === 0;
      outcomes.push(isEmpty ? "unseen" : await generation.observe(plan.access.files.nowNs()));
    }
  } catch (error) {
    const failures = (failedLooks.get(seen) ?? 0) + 1;
    failedLooks.set(seen, failures);
    if (failures < maxFailedLooks) throw error;
  }
  return outcomes;
}

/** The content may have been before any generation of which nothing is stored, or in the file of the last one. */
async function suspectGapWith(state: SourceState, { identity }: SeenContent): Promise<void> {
  const { last } = state;
  if (last?.begun === true && last.file.identity === identity) last.gapBytes ??= 0;
  await state.suspectGapAfter(undefined);
}
