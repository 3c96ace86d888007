import { type FoundFile, type SaveManyEntry, TaskOutputStorage } from "../../outputs/index.js";
import { describeStorage } from "../outputs/describe.js";
import { ExitStatus } from "../errors/exit-status.js";
import { createErrorObject, explain } from "../errors/explain.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { formatCount, formatBytes } from "../terminal/formats.js";
import { JsonLines } from "../terminal/json-lines.js";
import { makePrintable } from "../terminal/printable.js";
import type { PlannedUnit } from "./save-targets.js";
import type { SaveUnit } from "./save-unit.js";
import { writeMessage } from "../terminal/terminal.js";

/** The result of one unit. */
export interface Saved {
  readonly unit: SaveUnit;
  readonly entries: readonly SaveManyEntry[];
  /** Set if no file matched. */
  readonly error?: Error;
}

/** Reports the files that would be saved, and the reasons for the others; returns the exit status. */
export async function reportPlan(plans: readonly PlannedUnit[], isJson: boolean): Promise<number> {
  const lines = new JsonLines();
  let status: number = ExitStatus.done;
  for (const { unit, files, isEmpty } of plans) {
    for (const file of files) {
      if (file.error) status = ExitStatus.failed;
      if (isJson) await lines.write(createPlannedObject(unit, file));
      else await lines.text(makePrintable(describePlanned(unit, file)));
    }
    if (!isEmpty) continue;
    writeMessage(describeNoMatch(unit));
    if ((unit.options.ifNoFilesFound ?? "error") === "error") status = ExitStatus.notFound;
  }
  await lines.flush();
  return status;
}

function createPlannedObject(unit: SaveUnit, { path, sourcePath, skipped, error }: FoundFile): object {
  return {
    ...identity(unit),
    path,
    sourcePath,
    status: skipped !== undefined ? "skipped" : error ? "failed" : "planned",
    ...(skipped === undefined ? {} : { reason: skipped }),
    ...(error ? { error: createErrorObject(error) } : {}),
  };
}

function describePlanned({ kind }: SaveUnit, { path, sourcePath, skipped, error }: FoundFile): string {
  if (skipped !== undefined) return `would skip ${sourcePath}: ${skipped}`;
  if (error) return `would fail: ${sourcePath}: ${explain(error)}`;
  return `would save ${sourcePath} as ${kind} "${path}"`;
}

/**
 * Reports the result of each file, sets the exit status of the process, and returns it. `run` sets its own status when
 * it ends.
 */
export async function report(results: readonly Saved[], isJson: boolean): Promise<number> {
  const errors = results.flatMap(({ entries, error }) => [
    ...entries.flatMap((entry) => entry.error ?? []),
    ...(error ? [error] : []),
  ]);
  const count = results.reduce((sum, { entries, error }) => sum + entries.length + (error ? 1 : 0), 0);
  const status = exitStatusForMany(count, errors);
  process.exitCode = status;
  const lines = new JsonLines();
  for (const { unit, entries, error } of results) {
    for (const entry of entries) {
      if (entry.error)
        writeMessage(`${makePrintable(entry.sourcePath)}: ${explain(entry.error)}`, {
          text: "failed:",
          style: "red",
        });
      else if (entry.reason !== undefined && entry.reason !== "exists")
        writeMessage(`skipped: ${makePrintable(entry.sourcePath)}: ${entry.reason}`);
      else if (entry.isNameEscaped)
        writeMessage(
          `${entry.status}: ${makePrintable(entry.path)}: the file's name is not UTF-8, so other bytes are written as %`,
        );
      if (isJson) await lines.write(createEntryObject(unit, entry));
    }
    writeMessage(error ? explain(error) : describeSummary(unit, entries));
  }
  await lines.flush();
  return status;
}

function describeSummary(unit: SaveUnit, entries: readonly SaveManyEntry[]): string {
  const of = (status: SaveManyEntry["status"]) => entries.filter((entry) => entry.status === status);
  const saved = of("saved");
  const bytes = saved.reduce((sum, { size = 0 }) => sum + size, 0);
  const others = (["unchanged", "skipped", "failed"] as const).flatMap((status) => {
    const { length } = of(status);
    return length === 0 ? [] : [`${length} ${status}`];
  });
  return `Saved ${[`${formatCount(saved.length, "file")} (${formatBytes(bytes)})`, ...others].join(", ")} as ${unit.kind} of ${describeStorage(unit.storage)}.`;
}

function createEntryObject(unit: SaveUnit, entry: SaveManyEntry): object {
  const { path, sourcePath, status, size, reason, error, output } = entry;
  return {
    ...identity(unit),
    path,
    sourcePath,
    status,
    ...(size === undefined ? {} : { size }),
    ...(reason === undefined ? {} : { reason }),
    ...(error === undefined ? {} : { error: createErrorObject(error) }),
    ...(output === undefined ? {} : { url: output.url }),
  };
}

function identity({ storage, kind }: SaveUnit): object {
  return {
    ...(storage.jobId === undefined ? {} : { jobId: storage.jobId }),
    ...(storage instanceof TaskOutputStorage ? { taskId: storage.taskId } : {}),
    kind,
  };
}

/** The message for a unit without matching files. */
export function describeNoMatch({ patterns }: SaveUnit): string {
  return `No file matches ${patterns.map((pattern) => JSON.stringify(pattern)).join(", ")}.`;
}
