import type { RetryDeadline } from "../logs/retry-deadline.js";
import { report, type Saved } from "../saving/save-report.js";
import { separateUnits } from "../saving/save-targets.js";
import type { SaveUnit } from "../saving/save-unit.js";
import type { SaveCounts } from "./save-counts.js";
import { saveWithRetry } from "./save-with-retry.js";
import { warnNotStored } from "../terminal/warn-not-stored.js";

/**
 * Saves the outputs of the command, one unit after the other, and reports them. Different files for one output fail. Returns whether everything was saved.
 */
export async function saveUnitsWithRetry(
  units: readonly SaveUnit[],
  deadline: RetryDeadline,
  { counts, isQuiet }: { readonly counts: SaveCounts; readonly isQuiet: boolean },
): Promise<boolean> {
  const results: Saved[] = [];
  for (const unit of await separateUnits(units)) results.push(await saveWithRetry(unit, deadline));
  for (const result of results) count(result, counts);
  const failed = results.filter(
    ({ error, entries }) => error !== undefined || entries.some((entry) => entry.error !== undefined),
  );
  if (failed.length > 0)
    warnNotStored("some of the task's outputs. Files that exist are still in the folders of the task.");
  await report(isQuiet ? failed : results, false);
  return failed.length === 0;
}

function count({ unit, entries, error }: Saved, counts: SaveCounts): void {
  if (error !== undefined) counts.addFailure(unit.kind, error);
  for (const entry of entries) {
    if (entry.error !== undefined) counts.addFailure(`${unit.kind} "${entry.path}"`, entry.error);
    else if (entry.status !== "skipped") counts.addSaved(entry.size ?? 0);
  }
}
