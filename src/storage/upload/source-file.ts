import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { BatchOutputsError } from "../../core/index.js";
import type { ByteReader } from "./byte-reader.js";

/** A regular file, opened for saving, that knows whether it is still the file that was opened. */
export interface SourceFile extends AsyncDisposable {
  readonly path: string;
  readonly sizeBytes: number;
  /**
   * Reads the file from its start, and one byte more than it held when it was opened at the most: a file that grows as
   * fast as it is read has an end, too.
   */
  reader(): ByteReader;
  /** Throws `SourceChanged` when the file was written to or truncated since it was opened, or more or less was read. */
  requireUnchanged(readBytes: number): Promise<void>;
}

/** Not to wait for ever where a file has become a pipe: a flag for opening it. */
export const nonBlocking = process.platform === "win32" ? 0 : constants.O_NONBLOCK;

/**
 * Opens a file for saving. The file system's own error (`ENOENT`, `EACCES`, …), which names the path, is thrown as it
 * is. What is no regular file is refused: a pipe would block, a device has no end.
 *
 * @param bytes - The path's bytes, for a name that is not UTF-8; the path is then for messages.
 */
export async function openSourceFile(path: string, bytes?: Buffer): Promise<SourceFile> {
  requireRegular(await stat(bytes ?? path), path);
  const handle = await open(bytes ?? path, constants.O_RDONLY | nonBlocking);
  try {
    const opened = await handle.stat({ bigint: true });
    requireRegular(opened, path);
    return {
      path,
      sizeBytes: Number(opened.size),
      reader: () => fileReader(handle, Number(opened.size) + 1),
      async requireUnchanged(readBytes) {
        const now = await handle.stat({ bigint: true });
        if (fingerprint(now) !== fingerprint(opened) || BigInt(readBytes) !== opened.size)
          throw sourceChangedError(path);
      },
      async [Symbol.asyncDispose]() {
        await handle.close();
      },
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function fileReader(handle: FileHandle, maxBytes: number): ByteReader {
  let position = 0;
  return {
    async fill(target) {
      let filled = 0;
      const wanted = Math.min(target.length, maxBytes - position);
      while (filled < wanted) {
        const { bytesRead } = await handle.read(target, filled, wanted - filled, position);
        if (bytesRead === 0) break;
        filled += bytesRead;
        position += bytesRead;
      }
      return filled;
    },
    async close() {
      // The handle is the file's.
    },
  };
}

/**
 * Size and both times: whoever writes to the file changes one of them. Limit: a write within the file system's clock tick of
 * the last one before the opening (some milliseconds, 2 seconds on FAT) leaves the times as they are.
 */
function fingerprint(seen: { size: bigint; mtimeNs: bigint; ctimeNs: bigint }): string {
  return `${seen.size} ${seen.mtimeNs} ${seen.ctimeNs}`;
}

function requireRegular(seen: { isFile(): boolean; isDirectory(): boolean }, path: string): void {
  if (seen.isFile()) return;
  throw new RangeError(
    seen.isDirectory()
      ? `sourcePath is a folder; save its files with saveMany: ${path}`
      : `sourcePath is not a regular file (a pipe, socket or device): ${path}`,
  );
}

/** For a file that somebody writes to while it is saved. */
export function sourceChangedError(path: string): BatchOutputsError {
  return new BatchOutputsError(
    "SourceChanged",
    `The file changed while it was being saved, so nothing was saved: ${path}. Save it when it is complete, or track it while it grows.`,
    { path },
  );
}
