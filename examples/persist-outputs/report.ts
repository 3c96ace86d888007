import { dirname, relative, sep } from "node:path";
import type { FetchedOutput } from "./fetch-outputs.js";

/** A table of what was kept and where it was downloaded to, a line a file. */
export function outputsTable(jobId: string, outputs: readonly FetchedOutput[]): string {
  const header = ["Kind", "Task", "File", "Size", "Downloaded to"];
  const rows = outputs.map(({ kind, taskId, filePath, size, path }) => [
    kind,
    taskId ?? "(the job)",
    filePath,
    formatSize(size),
    relative("", dirname(path)) + sep,
  ]);
  const widths = header.map((title, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  const rule = widths.map((width) => "─".repeat(width));
  const lines = [header, rule, ...rows].map((row) => formatRow(row, widths));
  const total = formatSize(outputs.reduce((sum, { size }) => sum + size, 0));
  return [`Kept of job ${jobId}: ${outputs.length} files, ${total}`, "", ...lines].join("\n");
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
