import { isBatchOutputsError, isTransient } from "../../core/index.js";
import type { SaveManyEntry } from "../../outputs/index.js";
import type { RetryDeadline } from "../logs/retry-deadline.js";
import { retryUntilDeadline } from "../logs/retry-until-deadline.js";
import { saveMatching } from "../saving/save-matching.js";
import type { Saved } from "../saving/save-report.js";
import { selectContentOptions, type SaveUnit } from "../saving/save-unit.js";

/** Saves the files of a unit. Transient errors are retried until the deadline. */
export async function saveWithRetry(unit: SaveUnit, deadline: RetryDeadline): Promise<Saved> {
  let { options } = unit;
  try {
    const entries = await retryUntilDeadline(deadline, async () => {
      const given = { ...options, onProgress: deadline.extend, abortSignal: deadline.signal };
      // The next call must not repeat the files that this one stores.
      if (options.overwrite !== "never") options = { ...options, overwrite: "if-changed" };
      return await saveMatching(unit, given);
    });
    return { unit, entries: await Promise.all(entries.map((entry) => retryEntry(unit, entry, deadline))) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { unit, entries: [], error };
  }
}

/** Saves one of many files again if its error was transient. */
async function retryEntry(
  unit: SaveUnit,
  entry: SaveManyEntry,
  deadline: RetryDeadline,
): Promise<SaveManyEntry> {
  const { sourcePath, path } = entry;
  if (!isTransient(entry.error)) return entry;
  try {
    const { status, output } = await retryUntilDeadline(deadline, () =>
      unit.storage.save(unit.kind, sourcePath, {
        ...selectContentOptions(unit.options),
        destinationPath: path,
        onProgress: deadline.extend,
        abortSignal: deadline.signal,
      }),
    );
    return { sourcePath, path, status, size: output.size ?? 0, output };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (isBatchOutputsError(error) && error.code === "OutputExists")
      return { sourcePath, path, status: "skipped", reason: "exists" };
    return { ...entry, error };
  }
}
