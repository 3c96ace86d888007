import type { OperationOptions } from "../../core/index.js";
import type { AppendBlobs } from "../../storage/index.js";
import type { Generation } from "./generation.js";
import { type LogPart, readLog } from "../log/log-parts.js";

/** A range of a stored log, to be compared with files. */
export interface StoredRange {
  readonly blobs: AppendBlobs;
  readonly parts: readonly LogPart[];
  readonly start: number;
  readonly end: number;
}

// Small at first: most files that are not the same differ early.
const firstReadBytes = 64 * 1024;
const readBytes = 4 * 1024 * 1024;

/** Whether a file begins with exactly what is stored in the range. Reads both, in flat memory. */
export async function beginsWith(
  generation: Generation,
  range: StoredRange,
  options: OperationOptions,
): Promise<boolean> {
  const seen = await generation.see();
  if (seen === undefined || seen.sizeBytes < range.end - range.start) return false;
  for (let offset = range.start; offset < range.end;) {
    const count = Math.min(range.end - offset, offset === range.start ? firstReadBytes : readBytes);
    const stored = await readLog(range.blobs, range.parts, offset, count, options);
    const local = await generation.read(offset - range.start, stored.length);
    if (stored.length === 0 || !Buffer.isBuffer(local) || !stored.equals(local)) return false;
    offset += stored.length;
  }
  return true;
}
