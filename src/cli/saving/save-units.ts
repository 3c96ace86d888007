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
import { report, type Saved, tellPlan } from "./save-report.js";
import type { SaveUnit } from "./save-unit.js";
import { hasStatusLine } from "../terminal/terminal.js";

/** How a command that saves tells what it does. */
export interface Telling {
  readonly isJson: boolean;
  readonly progress: ProgressOptions;
}

/** Saves unit after unit, tells what became of each file, and gives the exit status. */
export async function saveUnits(units: readonly SaveUnit[], telling: Telling): Promise<number> {
  const results: Saved[] = [];
  {
    using progress = new Progress("Saving", telling.progress);
    if (telling.progress.isShown && hasStatusLine()) progress.totalBytes = await bytesOf(units);
    let finishedBytes = 0;
    for (const unit of units) {
      let loadedOfUnit = 0;
      const result = await saveUnit(unit, ({ loadedBytes }) => {
        loadedOfUnit = loadedBytes;
        progress.update({ loadedBytes: finishedBytes + loadedBytes });
      });
      finishedBytes += loadedOfUnit;
      results.push(result);
    }
  }
  return await report(results, telling.isJson);
}

/** Saves one file under a path that is told. */
export async function saveOneAs(
  unit: SaveUnit,
  sourcePath: string,
  path: string,
  telling: Telling & { readonly isDryRun: boolean },
): Promise<number> {
  const { storage, kind, options } = unit;
  if (telling.isDryRun) {
    storage.getOutput(kind, path);
    return await tellPlan([{ unit, files: [{ sourcePath, path }] }], telling.isJson);
  }
  return await saveSingle(unit, sourcePath, path, telling, (onProgress) =>
    storage.save(kind, sourcePath, { ...contentOf(options), destinationPath: path, onProgress }),
  );
}

/** Saves what comes in on standard input. */
export async function saveStandardInput(
  storage: OutputStorage<string>,
  kind: string,
  path: string,
  options: SaveManyOptions,
  telling: Telling,
): Promise<number> {
  const unit = { storage, kind, patterns: ["-"], options };
  return await saveSingle(unit, "-", path, telling, (onProgress) =>
    storage.saveData(kind, process.stdin, path, { ...contentOf(options), onProgress }),
  );
}

async function saveSingle(
  unit: SaveUnit,
  sourcePath: string,
  path: string,
  telling: Telling,
  work: (onProgress: Progress["update"]) => ReturnType<OutputStorage<string>["save"]>,
): Promise<number> {
  const progress = new Progress("Saving", telling.progress);
  try {
    const { status, output } = await work(progress.update);
    const entry: SaveManyEntry = { sourcePath, path, status, output, size: output.size ?? 0 };
    progress[Symbol.dispose]();
    return await report([{ unit, entries: [entry] }], telling.isJson);
  } catch (error) {
    if (!isBatchOutputsError(error) || error.code !== "OutputExists") throw error;
    progress[Symbol.dispose]();
    return await report(
      [{ unit, entries: [{ sourcePath, path, status: "skipped", reason: "exists" }] }],
      telling.isJson,
    );
  } finally {
    progress[Symbol.dispose]();
  }
}

function contentOf({
  concurrency: _,
  ...options
}: SaveManyOptions): Pick<SaveManyOptions, "contentType" | "metadata" | "overwrite" | "abortSignal"> {
  return options;
}

/** Tells what would be saved, and why other files would not. */
export async function planUnits(units: readonly SaveUnit[], telling: Telling): Promise<number> {
  const plans = [];
  for (const unit of units) plans.push({ unit, files: await findFiles(unit) });
  return await tellPlan(plans, telling.isJson);
}

/** The files of a unit; none where nothing matches. */
async function findFiles({ kind, patterns, options }: SaveUnit): Promise<readonly FoundFile[]> {
  try {
    return await planSaveMany(kind, patterns, options);
  } catch (error) {
    if (isBatchOutputsError(error) && error.code === "NothingMatched") return [];
    throw error;
  }
}

async function saveUnit(unit: SaveUnit, onProgress: Progress["update"]): Promise<Saved> {
  try {
    return { unit, entries: await saveMatching(unit, { ...unit.options, onProgress }) };
  } catch (error) {
    // Of several, the others are saved all the same.
    if (!isBatchOutputsError(error) || error.code !== "NothingMatched") throw error;
    return { unit, entries: [], error };
  }
}

/** For the bar's time left; a file that goes meanwhile does no harm. */
async function bytesOf(units: readonly SaveUnit[]): Promise<number> {
  let bytes = 0;
  for (const unit of units) {
    for (const file of await findFiles(unit)) {
      if (file.skipped !== undefined || file.error) continue;
      const found = await (unit.options.followSymbolicLinks ? stat : lstat)(file.sourcePath).catch(
        () => undefined,
      );
      bytes += found?.size ?? 0;
    }
  }
  return bytes;
}
