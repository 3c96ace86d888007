import { isBirthRecorded } from "../files/file-stat.js";
import type { Generation } from "./generation.js";
import type { LateWrites } from "./late-writes.js";
import type { StoredGenerations } from "./stored-generations.js";

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

/**
 * Skips what is stored of a file that was renamed and has the tracked path again, or was seen of it under its other name, and is reported as
 * lost. What was written to it since then may have been written before the content of the file that was between: a possible loss is recorded.
 */
export async function skipKnown(
  generation: Generation,
  { stored, late }: { readonly stored: StoredGenerations; readonly late: LateWrites },
): Promise<void> {
  const { file } = generation;
  const storedEnd = await stored.endIn(file);
  const seen = await late.findIn(file);
  if (storedEnd === undefined && seen === undefined) return;
  const end = Math.max(storedEnd ?? 0, seen?.isIntact === true ? seen.sizeBytes : 0);
  if (end > 0) skipStored(generation, end);
  if (file.first.sizeBytes > end || seen?.isIntact === false) generation.gapBytes ??= 0;
}
