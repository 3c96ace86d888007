import { lstat, stat } from "node:fs/promises";
import { isBatchOutputsError } from "../../core/index.js";
import {
  type FoundFile,
  type OutputStorage,
  planSaveMany,
  type SaveManyEntry,
  type SaveManyOptions,
} from "../../outputs/index.js";
import { Progress, type ProgressOptions } from "../terminal/progress.js";
import { saveMatching } from "./save-matching.js";
import { report, type Saved, reportPlan } from "./save-report.js";
import { selectContentOptions, type SaveUnit } from "./save-unit.js";
import { hasStatusLine } from "../terminal/terminal.js";

/** Options for reporting the results of a command that saves. */
export interface SaveReporting {
  readonly isJson: boolean;
  readonly progress: ProgressOptions;
}

/** Saves the units one after another, reports the result of each file, and returns the exit status. */
export async function saveUnits(units: readonly SaveUnit[], reporting: SaveReporting): Promise<number> {
  const results: Saved[] = [];
  {
    using progress = new Progress("Saving", reporting.progress);
    if (reporting.progress.isShown && hasStatusLine()) progress.total = await measureFiles(units);
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
    return await reportPlan([{ unit, files: [{ sourcePath, path }] }], reporting.isJson);
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
export async function planUnits(units: readonly SaveUnit[], reporting: SaveReporting): Promise<number> {
  const plans = [];
  for (const unit of units) plans.push({ unit, files: await findFiles(unit) });
  return await reportPlan(plans, reporting.isJson);
}

/** Finds the files of a unit; none if nothing matches. */
async function findFiles({ kind, patterns, options }: SaveUnit): Promise<readonly FoundFile[]> {
  try {
    return await planSaveMany(kind, patterns, options);
  } catch (error) {
    if (isBatchOutputsError(error) && error.code === "NothingMatched") return [];
    throw error;
  }
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
async function measureFiles(units: readonly SaveUnit[]): Promise<{ bytes: number; files: number }> {
  let bytes = 0;
  let files = 0;
  for (const unit of units) {
    for (const file of await findFiles(unit)) {
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
