import { constants } from "node:fs";
import { runFileTask, isSyncFileAccessFast, maxSmallFileBytes } from "../worker/small-files.js";
import { BufferPool } from "../memory/buffer-pool.js";
import type { WholeContent } from "./byte-reader.js";
import { sourceChangedError, nonBlocking } from "./source-file.js";

const maxKeptBytes = 16 * 1024 * 1024;
const buffers = new BufferPool(maxKeptBytes);

/**
 * Reads a small file in one piece. It has to be the same before and after it is read: else `SourceChanged`; what becomes of
 * it later is no matter. `undefined` for what is not small or has to be looked at more closely: no file, one that may not be
 * read, a disk that is slow.
 */
export async function readSmallFile(path: string): Promise<WholeContent | undefined> {
  if (!isSyncFileAccessFast()) return undefined;
  const buffer = buffers.take(maxSmallFileBytes + 1);
  const read = await runFileTask("readSmallFile", path, constants.O_RDONLY | nonBlocking, buffer.bytes);
  if (typeof read === "object") {
    // The digest outlives the call, thousands of times perhaps: a copy takes a fraction of what one from a thread does.
    const contentMD5 = new Uint8Array(read.md5);
    return { bytes: buffer.bytes.subarray(0, read.bytes), contentMD5, release: buffer.release };
  }
  buffer.release();
  if (read === "changed while it was read") throw sourceChangedError(path);
  return undefined;
}
