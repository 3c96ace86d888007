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
  return countSame(one, other, now.fileBytes);
}

/** Counts the same bytes at the start of two contents, of which at most the first 4 KiB are known: whole lines, or all that there is now. */
export function countSame(before: Buffer, now: Buffer, nowBytes: number): number {
  let same = 0;
  while (same < before.length && same < now.length && before[same] === now[same]) same += 1;
  if (same > 0 && (same === nowBytes || same === headBytes)) return nowBytes;
  const end = now.subarray(0, same).lastIndexOf(lineFeed) + 1;
  // In UTF-16, a line feed has two bytes.
  return end > 0 && end < same && now[end] === 0 ? end + 1 : end;
}
