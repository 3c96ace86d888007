import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { argumentRangeError, BatchOutputsError } from "../../core/index.js";
import type { ByteReader } from "./byte-reader.js";

/** A regular file that is open for saving, and can check that it has not changed since. */
export interface SourceFile extends AsyncDisposable {
  readonly path: string;
  readonly sizeBytes: number;
  /**
   * Reads the file from its start, up to one byte more than its size when it was opened, so that reading ends even if
   * the file grows all the time.
   */
  createReader(): ByteReader;
  /**
   * Throws `SourceChanged` if the file was written to or truncated since it was opened, or another number of bytes was
   * read.
   */
  requireUnchanged(readBytes: number): Promise<void>;
}

/** A flag for opening a file: if the path has become a pipe, the call does not block. */
export const nonBlocking = process.platform === "win32" ? 0 : constants.O_NONBLOCK;

/**
 * Opens a file for saving. Errors of the file system (`ENOENT`, `EACCES`, …), which contain the path, are thrown
 * unchanged. Anything but a regular file is refused: a pipe would block, and a device has no end.
 *
 * @param bytes - The bytes of a path that is not valid UTF-8; `path` is then used only in messages.
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
      createReader: () => createFileReader(handle, Number(opened.size) + 1),
      async requireUnchanged(readBytes) {
        const now = await handle.stat({ bigint: true });
        if (createFingerprint(now) !== createFingerprint(opened) || BigInt(readBytes) !== opened.size)
          throw createSourceChangedError(path);
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

function createFileReader(handle: FileHandle, maxBytes: number): ByteReader {
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
      // The owner of the handle closes it.
    },
  };
}

/**
 * Formats the size and both times: every write changes one of them, unless it happens in the same clock tick of the
 * file system (some milliseconds; 2 seconds on FAT) as the last write before the file was opened.
 */
function createFingerprint(seen: { size: bigint; mtimeNs: bigint; ctimeNs: bigint }): string {
  return `${seen.size} ${seen.mtimeNs} ${seen.ctimeNs}`;
}

function requireRegular(seen: { isFile(): boolean; isDirectory(): boolean }, path: string): void {
  if (seen.isFile()) return;
  throw argumentRangeError(
    "sourcePath",
    seen.isDirectory()
      ? `is a folder, and only a file can be saved under one name: ${path}`
      : `is not a regular file (a pipe, socket or device): ${path}`,
  );
}

/** Creates the error for a file that was written to while it was saved. */
export function createSourceChangedError(path: string): BatchOutputsError {
  return new BatchOutputsError(
    "SourceChanged",
    `The file changed while it was being saved, so nothing was saved: ${path}. Save it when it is complete, or track it while it grows.`,
    { path },
  );
}
