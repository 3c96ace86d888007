import type { ByteStore } from "../bytes/byte-store.js";
import type { RowModel } from "./rows.js";

/** A longer traceback is not folded. */
const maxRows = 500;

/** Whether a line is the first one of a Python traceback. */
export function isTraceback(text: string): boolean {
  return text.includes("Traceback (most recent call last):");
}

/**
 * Returns the start of the line with the exception, which ends a traceback: the first line that is not indented further than its
 * first one. `undefined` if it is not loaded, or too far away.
 */
export function findTracebackEnd(model: RowModel, bytes: ByteStore, start: number): number | undefined {
  const first = model.findRowFrom(start);
  if (first === undefined) return undefined;
  const indent = countBlanks(bytes, start);
  let at = first.end;
  for (let count = 0; count < maxRows && at < bytes.size; count += 1) {
    const row = model.findRowFrom(at);
    if (row === undefined) return undefined;
    if (row.isLineStart && countBlanks(bytes, row.start) <= indent)
      return row.start > first.end ? row.start : undefined;
    at = row.end;
  }
  return undefined;
}

function countBlanks(bytes: ByteStore, start: number): number {
  let count = 0;
  while (bytes.byteAt(start + count) === 0x20 || bytes.byteAt(start + count) === 0x09) count += 1;
  return count;
}
