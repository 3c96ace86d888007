import { isBirthRecorded } from "../files/file-stat.js";
import type { Generation } from "./generation.js";

/**
 * Skips the stored content of a file that was renamed and has the tracked path again.
 *
 * @param end - The stored length of the file.
 */
export function skipStored(generation: Generation, end: number): void {
  generation.skipTo(end);
  // Another file with the same number may begin with the same content.
  if (!isBirthRecorded(generation.file.identity)) generation.gapBytes ??= 0;
}
