import { containsAt } from "../files/read-file.js";
import type { Generation } from "./generation.js";
import type { OtherContent } from "./other-content.js";

/** The number of empty files that are watched while the program goes on with an earlier one. */
const maxEmptyBetween = 4;

/**
 * Whether the log continues after its first generation: that is in a copy, or a later one has content, or may have had some. As long as all
 * later ones are empty, the program may still write to the first one's file: it opens the new file when it gets a signal, or never.
 */
export function isContinued([first, ...later]: readonly Generation[]): boolean {
  if (first === undefined || later.length === 0) return false;
  if (first.isComplete || first.endBytes !== undefined) return true;
  return later.some(({ fileBytes, isCutOff }) => fileBytes > 0 || isCutOff);
}

/** Looks at the files that are neither read now nor under the path, and were empty. */
export async function observeBetween(generations: readonly Generation[], nowNs: bigint): Promise<void> {
  for (const generation of generations.slice(1, -1)) {
    if (generation.fileBytes > 0 || generation.isCutOff) continue;
    if ((await generation.observe(nowNs)) === "gone") generation.isCutOff = true;
  }
}

/**
 * The oldest of the empty files between the first generation and the last one, if there are so many that it need not be watched any more:
 * a program that opened none of the later files has hardly opened it.
 */
export function findSurplusBetween(generations: readonly Generation[]): Generation | undefined {
  const empty = generations.slice(1, -1).filter(({ fileBytes, isCutOff }) => fileBytes === 0 && !isCutOff);
  return empty.length > maxEmptyBetween ? empty.find(({ gapBytes }) => gapBytes === undefined) : undefined;
}

/** Whether bytes are missing before one of the later generations. */
export function hasLaterGap([, ...later]: readonly Generation[]): boolean {
  return later.some(({ gapBytes }) => gapBytes !== undefined);
}

/** Removes the losses before the later generations. Returns the known number of their bytes; `undefined` if there are none. */
export function takeLaterGaps([, ...later]: readonly Generation[]): number | undefined {
  const known = sumKnown(later.map(({ gapBytes }) => gapBytes));
  for (const generation of later) generation.gapBytes = undefined;
  return known;
}

/** Whether the file of a generation contains the content. */
export async function holdsOther(
  generations: readonly Generation[],
  { start, bytes }: OtherContent,
): Promise<boolean> {
  for (const { file } of generations)
    if ((await file.use((handle) => containsAt(handle, start, bytes))) === true) return true;
  return false;
}

/** The sum of the counts that are known; `undefined` if none is. */
export function sumKnown(counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
}
