import { headBytes } from "./generation-plan.js";

const lineFeed = 0x0a;

/** Counts the same bytes at the start of two contents, of which at most the first 4 KiB are known: whole lines, or all that there is now. */
export function countSame(before: Buffer, now: Buffer, nowBytes: number): number {
  let same = 0;
  while (same < before.length && same < now.length && before[same] === now[same]) same += 1;
  if (same > 0 && (same === nowBytes || same === headBytes)) return nowBytes;
  const end = now.subarray(0, same).lastIndexOf(lineFeed) + 1;
  // In UTF-16, a line feed has two bytes.
  return end > 0 && end < same && now[end] === 0 ? end + 1 : end;
}
