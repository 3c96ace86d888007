import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { briskly, isBrisk, mostBriskBytes } from "./brisk-files.js";
import { BufferPool } from "./buffer-pool.js";
import type { WholeContent } from "./byte-reader.js";
import { changedWhileSaving, fingerprint, nonBlocking } from "./source-file.js";

const buffers = new BufferPool(mostBriskBytes + 1, 64);

/**
 * Reads a small file in one piece, at once. It has to be the same before and after it is read: else `SourceChanged`; what
 * becomes of it later is no matter. `undefined` for what is not small or has to be looked at more closely: no file, one that
 * may not be read, a disk that is slow.
 */
export function readSmallFile(path: string): WholeContent | undefined {
  return isBrisk() ? briskly(() => readAtOnce(path)) : undefined;
}

function readAtOnce(path: string): WholeContent | undefined {
  const file = opened(path);
  if (file === undefined) return undefined;
  try {
    const before = fstatSync(file, { bigint: true });
    if (!before.isFile() || before.size > mostBriskBytes) return undefined;
    const sizeBytes = Number(before.size);
    const buffer = buffers.take(sizeBytes + 1);
    const filled = fill(file, buffer.bytes, sizeBytes);
    if (filled !== sizeBytes || fingerprint(fstatSync(file, { bigint: true })) !== fingerprint(before)) {
      buffer.release();
      throw changedWhileSaving(path);
    }
    return { bytes: buffer.bytes.subarray(0, filled), release: buffer.release };
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | nonBlocking);
  } catch {
    // Whoever opens it after this one did not, with all that is to be said of it, finds the same.
    return undefined;
  }
}

/** Asks for one byte more than there should be: a file that has grown shows. */
function fill(file: number, target: Uint8Array, expectedBytes: number): number {
  let filled = readSync(file, target, 0, expectedBytes + 1, 0);
  while (filled < expectedBytes) {
    const count = readSync(file, target, filled, expectedBytes + 1 - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
