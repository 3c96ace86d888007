import { BatchOutputsError } from "../../core/index.js";
import { type FoundFile, planSaveMany } from "../../outputs/index.js";
import type { SaveUnit } from "./save-unit.js";

/** A unit, and the files that it saves or skips. */
export interface PlannedUnit {
  readonly unit: SaveUnit;
  /** Without the files that a later unit saves as the same outputs. */
  readonly files: readonly FoundFile[];
  /** Whether no pattern of the unit matches a file. */
  readonly isEmpty: boolean;
}

interface Target {
  readonly file: FoundFile;
  /** The last unit that saves the file as this output. */
  unit: SaveUnit;
  /** A different file that would be saved as the same output. */
  other?: FoundFile;
}

/**
 * The outputs of several units. Each is saved from one file, once: if several units match the file, by the last of them. Different files
 * with the same output are in conflict, and none of them is saved.
 */
export class SaveTargets {
  readonly #targets = new Map<string, Target>();

  /** Adds the files of a unit, before any of the units is saved. */
  add(unit: SaveUnit, files: readonly FoundFile[]): void {
    for (const file of files) {
      const target = this.#find(unit, file);
      if (target !== undefined && isSameFile(target.file, file)) target.unit = unit;
    }
  }

  /** The error of the first output for which there are several files. */
  get conflict(): BatchOutputsError | undefined {
    for (const { unit, file, other } of this.#targets.values())
      if (other !== undefined) return createConflict(unit, file, other);
    return undefined;
  }

  /** Returns the files that this unit saves, and those in conflict with an error. Files that were not added are added. */
  select(unit: SaveUnit, files: readonly FoundFile[]): FoundFile[] {
    return files.flatMap((file) => {
      const target = this.#find(unit, file);
      if (target === undefined) return [file];
      if (target.other !== undefined) return [{ ...file, error: createFileConflict(unit, file, target) }];
      return target.unit === unit ? [file] : [];
    });
  }

  /** Returns the unit without the files that another unit saves. */
  restrict(unit: SaveUnit): SaveUnit {
    const { selectFiles } = unit.options;
    return {
      ...unit,
      options: {
        ...unit.options,
        selectFiles: (files) => this.select(unit, selectFiles?.(files) ?? files),
      },
    };
  }

  /** The output of a file, `undefined` if the file is not saved. */
  #find(unit: SaveUnit, file: FoundFile): Target | undefined {
    if (file.skipped !== undefined || file.error !== undefined) return undefined;
    // All units are of the same job.
    const name = `${unit.storage.getOutputStoragePath(unit.kind)}/${file.path}`;
    const target = this.#targets.get(name);
    if (target === undefined) {
      const added = { file, unit };
      this.#targets.set(name, added);
      return added;
    }
    if (!isSameFile(target.file, file)) target.other ??= file;
    return target;
  }
}

/**
 * Finds the files of the units.
 *
 * @throws BatchOutputsError `DestinationConflict` if different files would be saved as the same output.
 */
export async function planUnits(
  units: readonly SaveUnit[],
): Promise<{ readonly plans: readonly PlannedUnit[]; readonly targets: SaveTargets }> {
  const targets = new SaveTargets();
  const found: { unit: SaveUnit; files: readonly FoundFile[] }[] = [];
  for (const unit of units) {
    const files = await planSaveMany(unit.kind, unit.patterns, unit.options);
    targets.add(unit, files);
    found.push({ unit, files });
  }
  if (targets.conflict !== undefined) throw targets.conflict;
  const plans = found.map(({ unit, files }) => ({
    unit,
    files: targets.select(unit, files),
    isEmpty: files.length === 0,
  }));
  return { plans, targets };
}

/**
 * Returns units of which each output is saved once. Files in conflict fail, and the others are saved: the folders of a task may be
 * deleted before its command can be repeated.
 */
export async function separateUnits(units: readonly SaveUnit[]): Promise<readonly SaveUnit[]> {
  if (units.length < 2) return units;
  const targets = new SaveTargets();
  for (const unit of units) {
    const { kind, patterns, options } = unit;
    try {
      const files = await planSaveMany(kind, patterns, { ...options, ifNoFilesFound: "ignore" });
      targets.add(unit, options.selectFiles?.(files) ?? files);
    } catch (error) {
      // The unit is not saved either, and its save reports the error.
      if (!(error instanceof Error)) throw error;
    }
  }
  return units.map((unit) => targets.restrict(unit));
}

function isSameFile(a: FoundFile, b: FoundFile): boolean {
  return (
    a.sourcePath === b.sourcePath &&
    Buffer.compare(a.sourcePathBytes ?? Buffer.alloc(0), b.sourcePathBytes ?? Buffer.alloc(0)) === 0
  );
}

function createConflict({ kind, storage }: SaveUnit, first: FoundFile, second: FoundFile): BatchOutputsError {
  return new BatchOutputsError(
    "DestinationConflict",
    `Two files would be saved as ${kind} "${first.path}", so nothing was saved: ${first.sourcePath} and ${second.sourcePath}.`,
    { jobId: storage.jobId, path: first.path, hint: { action: "separate-destinations" } },
  );
}

/** The error of one of the files in conflict, if other files are saved. */
function createFileConflict(
  { kind, storage }: SaveUnit,
  file: FoundFile,
  { file: first, other = first }: Target,
): BatchOutputsError {
  const conflicting = isSameFile(file, first) ? other : first;
  return new BatchOutputsError(
    "DestinationConflict",
    `It was not saved as ${kind} "${file.path}", because that would be the output of ${conflicting.sourcePath} as well.`,
    { jobId: storage.jobId, path: file.path, hint: { action: "separate-destinations" } },
  );
}
