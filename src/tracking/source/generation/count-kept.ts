import type { Generation } from "./generation.js";
import { headBytes } from "./generation-plan.js";

const lineFeed = 0x0a;

/**
 * Counts the bytes at the start of a file that are left of its earlier content: its first lines, if the file was cut shorter. It may also have
 * been emptied, and written to with the same lines; that is not known, so that they are not stored again. If it begins with all that is
 * remembered of the earlier beginning, everything that it contains now counts.
 */
export function countKept(before: Generation, now: Generation): number {
  const [one, other] = [before.beginning, now.beginning];
  if (one === undefined || other === undefined) return now.start;
  let same = 0;
  while (same < one.length && same < other.length && one[same] === other[same]) same += 1;
  if (same > 0 && (same === now.fileBytes || same === headBytes)) return now.fileBytes;
  const end = other.subarray(0, same).lastIndexOf(lineFeed) + 1;
  // In UTF-16, a line feed has two bytes.
  return end > 0 && end < same && other[end] === 0 ? end + 1 : end;
}
