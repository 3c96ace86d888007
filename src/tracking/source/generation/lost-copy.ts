import type { SourceFile } from "../files/source-file.js";
import type { Generation } from "./generation.js";

/**
 * Whether a file begins with everything that is known of a generation whose own file has other content now, or is gone, and whose copy
 * was not found. It may be that copy, whatever its name says, where a log is rotated in two ways, and may go on with lines that were
 * written late: it does not follow the generation.
 */
export async function isPerhapsLostCopy(
  generations: readonly Generation[],
  file: SourceFile,
): Promise<boolean> {
  for (const generation of generations) {
    const isLost = generation.isCutOff || (generation.wasReplaced && !generation.isComplete);
    if ((isLost || (await isGone(generation))) && (await generation.isCopiedTo(file))) return true;
  }
  return false;
}

const isGone = async ({ file }: Generation): Promise<boolean> =>
  !file.isHeld && (await file.use((handle) => handle.stat())) === undefined;
