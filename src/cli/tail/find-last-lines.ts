import type { OutputFileReference } from "../../outputs/index.js";

const rangeBytes = 64 * 1024;
const newline = 0x0a;

/**
 * Returns the position of the last lines of an output. It is read backwards in ranges of 64 KiB, growing to 1 MiB,
 * until enough lines are found. Text after the last newline counts as a line.
 */
export async function findLastLines(
  output: OutputFileReference,
  size: number,
  lines: number,
  abortSignal: AbortSignal,
): Promise<number> {
  if (lines === 0) return size;
  let missing = lines;
  let count = rangeBytes;
  for (let end = size; end > 0; count = Math.min(2 * count, 16 * rangeBytes)) {
    const offset = Math.max(0, end - count);
    const bytes = await read(output, offset, end - offset, abortSignal);
    for (let at = bytes.length - 1; at >= 0; at -= 1) {
      // A newline at the very end ends the last line.
      if (bytes[at] !== newline || offset + at === size - 1) continue;
      missing -= 1;
      if (missing === 0) return offset + at + 1;
    }
    end = offset;
  }
  return 0;
}

async function read(
  output: OutputFileReference,
  offset: number,
  count: number,
  abortSignal: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of output.tail({ offset, count, abortSignal })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
