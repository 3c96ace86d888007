import { lstat, stat } from "node:fs/promises";
import { isBatchOutputsError } from "../../core/index.js";
import type { OutputStorage, SaveManyEntry, SaveManyOptions } from "../../outputs/index.js";
import { Progress, type ProgressOptions } from "../terminal/progress.js";
import { saveMatching } from "./save-matching.js";
import { report, type Saved, reportPlan } from "./save-report.js";
import { type PlannedUnit, planUnits } from "./save-targets.js";
import { selectContentOptions, type SaveUnit } from "./save-unit.js";
import { hasStatusLine } from "../terminal/terminal.js";

/** Options for reporting the results of a command that saves. */
export interface SaveReporting {
  readonly isJson: boolean;
  readonly progress: ProgressOptions;
}

/**
 * Saves the units one after another, reports the result of each file, and returns the exit status. Nothing is saved if different files
 * have the same output.
 */
export async function saveUnits(given: readonly SaveUnit[], reporting: SaveReporting): Promise<number> {
  const results: Saved[] = [];
  {
    using progress = new Progress("Saving", reporting.progress);
    const hasTotal = reporting.progress.isShown && hasStatusLine();
    // One unit has no conflicts with others, and its files need not be found twice.
    const planned = hasTotal || given.length > 1 ? await planUnits(given) : undefined;
    if (planned && hasTotal) progress.total = await measureFiles(planned.plans);
    const units = planned ? given.map((unit) => planned.targets.restrict(unit)) : given;
    let finishedBytes = 0;
    let loadedFiles = 0;
    for (const unit of units) {
      let loadedOfUnit = 0;
      const update = (): void => {
        progress.update({ loadedBytes: finishedBytes + loadedOfUnit, loadedFiles });
      };
      const result = await saveUnit(unit, {
        onProgress: ({ loadedBytes }) => {
          loadedOfUnit = loadedBytes;
          update();
        },
        onEntry: () => {
          loadedFiles += 1;
          update();
        },
      });
      finishedBytes += loadedOfUnit;
      results.push(result);
    }
  }
  return await report(results, reporting.isJson);
}

/** Saves one file under a given output path. */
export async function saveOneAs(
  unit: SaveUnit,
  sourcePath: string,
  path: string,
  reporting: SaveReporting & { readonly isDryRun: boolean },
): Promise<number> {
  const { storage, kind, options } = unit;
  if (reporting.isDryRun) {
    storage.getOutput(kind, path);
    return await reportPlan([{ unit, files: [{ sourcePath, path }], isEmpty: false }], reporting.isJson);
  }
  return await saveSingle(unit, sourcePath, path, reporting, (onProgress) =>
    storage.save(kind, sourcePath, { ...selectContentOptions(options), destinationPath: path, onProgress }),
  );
}

/** Saves standard input. */
export async function saveStandardInput(
  storage: OutputStorage<string>,
  kind: string,
  path: string,
  options: SaveManyOptions,
  reporting: SaveReporting,
): Promise<number> {
  const unit = { storage, kind, patterns: ["-"], options };
  return await saveSingle(unit, "-", path, reporting, (onProgress) =>
    storage.saveData(kind, process.stdin, path, { ...selectContentOptions(options), onProgress }),
  );
}

async function saveSingle(
  unit: SaveUnit,
  sourcePath: string,
  path: string,
  reporting: SaveReporting,
  work: (onProgress: Progress["update"]) => ReturnType<OutputStorage<string>["save"]>,
): Promise<number> {
  const progress = new Progress("Saving", reporting.progress);
  try {
    const { status, output } = await work(progress.update);
    const entry: SaveManyEntry = { sourcePath, path, status, output, size: output.size ?? 0 };
    progress[Symbol.dispose]();
    return await report([{ unit, entries: [entry] }], reporting.isJson);
  } catch (error) {
    if (!isBatchOutputsError(error) || error.code !== "OutputExists") throw error;
    progress[Symbol.dispose]();
    return await report(
      [{ unit, entries: [{ sourcePath, path, status: "skipped", reason: "exists" }] }],
      reporting.isJson,
    );
  } finally {
    progress[Symbol.dispose]();
  }
}

/** Reports the files that would be saved, and the reasons for the others. */
export async function printPlan(units: readonly SaveUnit[], reporting: SaveReporting): Promise<number> {
  const { plans } = await planUnits(units);
  return await reportPlan(plans, reporting.isJson);
}

async function saveUnit(
  unit: SaveUnit,
  reporting: Pick<SaveManyOptions, "onProgress" | "onEntry">,
): Promise<Saved> {
  try {
    return { unit, entries: await saveMatching(unit, { ...unit.options, ...reporting }) };
  } catch (error) {
    // If one of several units matches nothing, the others are still saved.
    if (!isBatchOutputsError(error) || error.code !== "NothingMatched") throw error;
    return { unit, entries: [], error };
  }
}

/** Measures the files, for the remaining time of the progress bar. Files that are deleted meanwhile are ignored. */
async function measureFiles(plans: readonly PlannedUnit[]): Promise<{ bytes: number; files: number }> {
  let bytes = 0;
  let files = 0;
  for (const { unit, files: found } of plans) {
    for (const file of found) {
      if (file.skipped !== undefined || file.error) continue;
      const found = await (unit.options.followSymbolicLinks ? stat : lstat)(file.sourcePath).catch(
        () => undefined,
      );
      bytes += found?.size ?? 0;
      files += 1;
    }
  }
  return { bytes, files };
}
