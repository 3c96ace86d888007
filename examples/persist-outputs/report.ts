import { dirname, relative } from "node:path";
import type { FetchedOutput } from "./fetch-outputs.js";

/** A table of what was kept and where below `directory` it was downloaded to, a line a file. */
export function outputsTable(jobId: string, outputs: readonly FetchedOutput[], directory: string): string {
  const header = ["Kind", "Task", "File", "Size", "Folder"];
  const rows = outputs.map(({ kind, taskId, filePath, sizeBytes, localPath }) => [
    kind,
    taskId ?? "(the job)",
    filePath,
    formatSize(sizeBytes),
    relative(directory, dirname(localPath)),
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const rule = widths.map((width) => "─".repeat(width));
  const lines = [header, rule, ...rows].map((row) => formatRow(row, widths));
  const total = formatSize(outputs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  return [
    `Job ${jobId} kept ${outputs.length} files, ${total}.`,
    `Downloaded to ${shownPath(directory)}:`,
    "",
    ...lines,
  ].join("\n");
}

/** Relative where that is shorter to read, absolute where it would begin by going up. */
export function shownPath(path: string): string {
  const fromHere = relative("", path);
  return fromHere.startsWith("..") ? path : fromHere;
}

function formatRow(cells: readonly string[], widths: readonly number[]): string {
  const sizeColumn = 3;
  const padded = cells.map((cell, column) =>
    column === sizeColumn ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
  );
  return padded.join("  ").trimEnd();
}

function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kibibytes = bytes / 1024;
  return kibibytes < 1024 ? `${kibibytes.toFixed(1)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}
