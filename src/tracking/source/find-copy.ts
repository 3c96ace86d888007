import type { OperationOptions } from "../../core/index.js";
import { Generation } from "./generation.js";
import { beginsWith, type StoredRange } from "./log-comparison.js";
import { siblingsOf } from "./rotated-siblings.js";
import { isSameInode, lastSign, type SeenFile } from "./file-stat.js";

/**
 * The file beside the tracked one that begins with what is stored of a generation: the copy that a rotation made of it
 * before it emptied the file. The youngest, should there be several.
 */
export async function findCopy(
  path: string,
  range: StoredRange,
  known: readonly SeenFile[],
  options: OperationOptions,
): Promise<SeenFile | undefined> {
  if (range.end === range.start) return undefined;
  const candidates = (await siblingsOf(path))
    .filter(
      (file) => file.sizeBytes >= range.end - range.start && !known.some((other) => isSameInode(other, file)),
    )
    .sort((one, other) => (lastSign(one) > lastSign(other) ? -1 : 1));
  for (const file of candidates) {
    const generation = new Generation(file, true);
    try {
      if (await beginsWith(generation, range, options)) return file;
    } finally {
      await generation.close();
    }
  }
  return undefined;
}
