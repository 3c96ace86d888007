import { countSame } from "./count-same.js";
import type { Generation } from "./generation.js";

/**
 * Counts the bytes at the start of a file that are left of its earlier content: its first lines, if the file was cut shorter. It may also have
 * been emptied, and written to with the same lines; that is not known, so that they are not stored again. If it begins with all that is
 * remembered of the earlier beginning, everything that it contains now counts.
 */
export function countKept(before: Generation, now: Generation): number {
  const [one, other] = [before.beginning, now.beginning];
  if (one === undefined || other === undefined) return now.start;
  return countSame(one, other, now.fileBytes);
}
