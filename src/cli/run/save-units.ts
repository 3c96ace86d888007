import type { RetryDeadline } from "../logs/retry-deadline.js";
import { report, type Saved } from "../saving/save-report.js";
import type { SaveUnit } from "../saving/save-unit.js";
import type { SaveTally } from "./save-tally.js";
import { saveWithRetry } from "./save-with-retry.js";
import { warnNotStored } from "./stream-log.js";

/** Saves the outputs of the command, one unit after the other, and reports them. Returns whether everything was saved. */
export async function saveUnits(
  units: readonly SaveUnit[],
  deadline: RetryDeadline,
  { tally, isQuiet }: { readonly tally: SaveTally; readonly isQuiet: boolean },
): Promise<boolean> {
  const results: Saved[] = [];
  for (const unit of units) results.push(await saveWithRetry(unit, deadline));
  for (const result of results) count(result, tally);
  const failed = results.filter(
    ({ error, entries }) => error !== undefined || entries.some((entry) => entry.error !== undefined),
  );
  if (failed.length > 0)
    warnNotStored("some of the task's outputs. The files are where the command wrote them.");
  await report(isQuiet ? failed : results, false);
  return failed.length === 0;
}

function count({ unit, entries, error }: Saved, tally: SaveTally): void {
  if (error !== undefined) tally.addFailure(unit.kind, error);
  for (const entry of entries) {
    if (entry.error !== undefined) tally.addFailure(`${unit.kind} "${entry.path}"`, entry.error);
    else if (entry.status !== "skipped") tally.addSaved(entry.size ?? 0);
  }
}
