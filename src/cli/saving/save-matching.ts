import { isBatchOutputsError } from "../../core/index.js";
import type { SaveManyEntry, SaveManyOptions } from "../../outputs/index.js";
import { explain } from "../errors/explain.js";
import { writeMessage } from "../terminal/terminal.js";
import type { SaveUnit } from "./save-unit.js";

/**
 * Saves the files of a unit. With `ifNoFilesFound: "warn"`, a warning for each pattern without a match is written to
 * standard error; the library itself only logs it.
 */
export async function saveMatching(
  { storage, kind, patterns }: SaveUnit,
  options: SaveManyOptions,
): Promise<readonly SaveManyEntry[]> {
  if (options.ifNoFilesFound !== "warn") return (await storage.saveMany(kind, patterns, options)).entries;
  try {
    const { entries } = await storage.saveMany(kind, patterns, { ...options, ifNoFilesFound: "error" });
    for (const { error } of entries) if (isNothingMatched(error)) warn(error);
    return entries.filter(({ error }) => !isNothingMatched(error));
  } catch (error) {
    if (!isNothingMatched(error)) throw error;
    warn(error);
    return [];
  }
}

function isNothingMatched(error: unknown): error is Error {
  return isBatchOutputsError(error) && error.code === "NothingMatched";
}

function warn(error: Error): void {
  writeMessage(explain(error), { text: "warning:", style: "yellow" });
}
