import type { SourceFile } from "../files/source-file.js";
import { Generation } from "../generation/generation.js";
import type { RecordedGeneration, StoredGeneration } from "./recorded-generation.js";
import { StoredMatches } from "./stored-matches.js";

/**
 * Compares everything that is stored with the recorded file, which is held open and may be under no name any more. Returns its generation if
 * the file begins with it.
 *
 * If what is stored proves little, such as the first line of a program, the file may have been copied and emptied before it
 * was opened: then the generation records that content before its rest may be missing.
 */
export async function matchHeldFile(
  file: SourceFile,
  recorded: RecordedGeneration,
  stored: StoredGeneration,
): Promise<Generation | undefined> {
  const matches = new StoredMatches(
    recorded.holeBytes,
    stored,
    (held, part) => new Generation({ file: held, siblingsBefore: new Set(), stored: part }),
  );
  const generation = await matches.match(file);
  if (generation !== undefined && (await stored.isPerhapsShared())) generation.gapBytes = 0;
  return generation;
}
