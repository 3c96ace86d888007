import { constants } from "node:fs";
import { runFileTask, isSyncFileAccessFast, maxSmallFileBytes } from "../worker/small-files.js";
import { BufferPool } from "../memory/buffer-pool.js";
import type { WholeContent } from "./byte-reader.js";
import { createSourceChangedError, nonBlocking } from "./source-file.js";

const maxKeptBytes = 16 * 1024 * 1024;
const buffers = new BufferPool(maxKeptBytes);

/**
 * Reads a small file with one synchronous call. If the file changes during the read, `SourceChanged` is thrown; later
 * changes do not matter. Returns `undefined` if the file must be read as a stream: it is not small, not a regular file,
 * not readable, or on a slow disk.
 */
export async function readSmallFile(path: string): Promise<WholeContent | undefined> {
  if (!isSyncFileAccessFast()) return undefined;
  const buffer = buffers.take(maxSmallFileBytes + 1);
  const read = await runFileTask("readSmallFile", path, constants.O_RDONLY | nonBlocking, buffer.bytes);
  if (typeof read === "object") {
    // Copied, because many thousands of digests may be kept, and a copy takes less memory than the one that a thread
    // sent.
    const contentMD5 = new Uint8Array(read.md5);
    return { bytes: buffer.bytes.subarray(0, read.bytes), contentMD5, release: buffer.release };
  }
  buffer.release();
  if (read === "changed while it was read") throw createSourceChangedError(path);
  return undefined;
}
