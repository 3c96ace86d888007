import { isBirthRecorded } from "../files/file-stat.js";
import type { SourceFile } from "../files/source-file.js";
import type { Generation } from "./generation.js";

/**
 * Returns the earlier generation in a file that was renamed and has the tracked path again, if the file still has its content. What was
 * written to the file since that was last seen came after the generations between.
 *
 * @param generations - In the order of writing.
 */
export async function findEarlier(
  generations: readonly Generation[],
  file: SourceFile,
): Promise<Generation | undefined> {
  const earlier = generations
    .slice(0, -1)
    .findLast((each) => each.file.identity === file.identity && !each.isCutOff);
  if (earlier === undefined) return undefined;
  const isSame = earlier.hasContent ? await earlier.isCopiedTo(file) : earlier.fileBytes === 0;
  return isSame ? earlier : undefined;
}

/** Returns the generation in the file of another one, if its content was not replaced. */
export function findSameFile(
  generations: readonly Generation[],
  { file, wasReplaced }: Generation,
): Generation | undefined {
  const { identity, isHeld } = file;
  if (wasReplaced || !(isHeld || isBirthRecorded(identity))) return undefined;
  return generations.findLast((each) => each.file.identity === identity && !each.isCutOff);
}
