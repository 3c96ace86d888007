import { createHash, type Hash } from "node:crypto";
import type { FileStat } from "./file-stat.js";
import type { SourceHandle } from "./source-files.js";

const chunkBytes = 1024 * 1024;

/** Reads until there are `count` bytes or the file ends. */
export async function readAt(
  handle: SourceHandle,
  offset: number,
  count: number,
  buffer: Buffer = Buffer.allocUnsafeSlow(count),
): Promise<Buffer> {
  let filled = 0;
  while (filled < count) {
    const bytesRead = await handle.read(buffer, filled, count - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Whether the file contains the bytes at the offset. */
export async function containsAt(handle: SourceHandle, offset: number, bytes: Buffer): Promise<boolean> {
  const { length } = bytes;
  return length === 0 || bytes.equals(await readAt(handle, offset, length, Buffer.allocUnsafe(length)));
}

/** Adds a range of the file to a digest. Returns `undefined` if the file ends within the range. */
export async function hashRange(
  handle: SourceHandle,
  start: number,
  end: number,
  hash: Hash = createHash("sha256"),
): Promise<Hash | undefined> {
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(0, end - start)));
  for (let offset = start; offset < end;) {
    const count = Math.min(buffer.length, end - offset);
    const data = await readAt(handle, offset, count, buffer);
    if (data.length < count) return undefined;
    hash.update(data);
    offset += count;
  }
  return hash;
}

const blockBytes = 4096;

/**
 * Finds the number of NUL bytes at the start of a file that were never written. A writer that does not open its file
 * for appending leaves such a hole when the file is truncated. Returns `undefined` while nothing follows the hole.
 *
 * @param minHoleBytes - The size of the file before it was emptied; `undefined` if it was not.
 */
export async function findHole(
  handle: SourceHandle,
  stat: FileStat,
  minHoleBytes: number | undefined,
): Promise<number | undefined> {
  const nuls = await countLeadingNuls(handle, stat.sizeBytes);
  if (nuls === 0) return 0;
  const wholeBlocks = Math.floor(nuls / blockBytes) * blockBytes;
  const sizeOnDisk = Math.ceil(stat.sizeBytes / blockBytes) * blockBytes;
  const isSparse = wholeBlocks > 0 && stat.allocatedBytes + wholeBlocks <= sizeOnDisk;
  const isHole = isSparse || (minHoleBytes !== undefined && minHoleBytes > 0 && nuls >= minHoleBytes);
  if (!isHole) return 0;
  return nuls === stat.sizeBytes ? undefined : nuls;
}

async function countLeadingNuls(handle: SourceHandle, sizeBytes: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, sizeBytes));
  for (let offset = 0; offset < sizeBytes;) {
    const count = offset === 0 ? Math.min(blockBytes, buffer.length) : buffer.length;
    const data = await readAt(handle, offset, Math.min(count, sizeBytes - offset), buffer);
    if (data.length === 0) return offset;
    const first = data.findIndex((byte) => byte !== 0);
    if (first >= 0) return offset + first;
    offset += data.length;
  }
  return sizeBytes;
}
