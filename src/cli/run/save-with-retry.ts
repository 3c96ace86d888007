import { isBatchOutputsError, isTransient, retryDelayInMs } from "../../core/index.js";
import type { SaveManyEntry } from "../../outputs/index.js";
import { nothingMatched, type Saved } from "../saving/save-report.js";
import type { SaveUnit } from "../saving/save-unit.js";
import { say } from "../terminal/terminal.js";
import { storeOutagePolicy } from "../logs/store-outage-policy.js";
import type { RetryDeadline } from "../logs/retry-deadline.js";
import { pauseUntil } from "../logs/pause-until.js";

/** Saves what a unit names, and goes on trying, as long as there is patience, what a store that does not answer refused. */
export async function saveWithRetry(unit: SaveUnit, patience: RetryDeadline): Promise<Saved> {
  let options = unit.options;
  for (let failures = 0; ; failures += 1) {
    try {
      const isWarning = options.ifNoFilesFound === "warn";
      const { entries } = await unit.storage.saveMany(unit.kind, unit.patterns, {
        ...options,
        ...(isWarning ? { ifNoFilesFound: "ignore" } : {}),
        onProgress: patience.touch,
        abortSignal: patience.signal,
      });
      if (isWarning && entries.length === 0) say(nothingMatched(unit), { text: "warning:", style: "yellow" });
      return { unit, entries: await Promise.all(entries.map((entry) => again(unit, entry, patience))) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!isTransient(error) || patience.isOver()) return { unit, entries: [], error };
      await pauseUntil(retryDelayInMs(storeOutagePolicy, failures + 1), patience.signal);
      if (patience.isOver()) return { unit, entries: [], error };
      // What was stored before it failed is not sent twice.
      if (options.overwrite !== "never") options = { ...options, overwrite: "if-changed" };
    }
  }
}

/** One file of many, if it failed for a reason that may pass. */
async function again(unit: SaveUnit, entry: SaveManyEntry, patience: RetryDeadline): Promise<SaveManyEntry> {
  const { sourcePath, path } = entry;
  const { contentType, metadata, overwrite } = unit.options;
  let { error } = entry;
  for (let failures = 0; error !== undefined && isTransient(error); failures += 1) {
    await pauseUntil(retryDelayInMs(storeOutagePolicy, failures + 1), patience.signal);
    if (patience.isOver()) break;
    try {
      const { status, output } = await unit.storage.save(unit.kind, sourcePath, {
        contentType,
        metadata,
        overwrite,
        destinationPath: path,
        onProgress: patience.touch,
        abortSignal: patience.signal,
      });
      return { sourcePath, path, status, size: output.size ?? 0, output };
    } catch (failure) {
      if (!(failure instanceof Error)) throw failure;
      if (isBatchOutputsError(failure) && failure.code === "OutputExists")
        return { sourcePath, path, status: "skipped", reason: "exists" };
      if (!patience.isOver()) error = failure;
    }
  }
  return error === undefined ? entry : { ...entry, error };
}
