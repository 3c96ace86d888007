import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { BatchOutputsError } from "../errors.js";
import { briskly, isBrisk, mostBriskBytes } from "./brisk-files.js";
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

const nonBlocking = process.platform === "win32" ? 0 : constants.O_NONBLOCK;

/**
 * Opens a file for saving. The file system's own error (`ENOENT`, `EACCES`, …), which names the path, is thrown as it
 * is. What is no regular file is refused: a pipe would block, a device has no end.
 */
export async function openSourceFile(path: string): Promise<SourceFile> {
  requireRegular(await stat(path), path);
  // Not to wait for ever where the file has become a pipe in between.
  const handle = await open(path, constants.O_RDONLY | nonBlocking);
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
          throw changed(path);
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

/**
 * Opens a file for saving, see {@link openSourceFile}; a small one is read at once, where that is fast. It then has to be
 * the same before and after it is read, and what becomes of it later is no matter.
 */
export async function readSourceFile(path: string): Promise<SourceFile> {
  return (isBrisk() ? briskly(() => readSmallFile(path)) : undefined) ?? (await openSourceFile(path));
}

function readSmallFile(path: string): SourceFile | undefined {
  const found = statSync(path);
  requireRegular(found, path);
  if (found.size > mostBriskBytes) return undefined;
  const file = openSync(path, constants.O_RDONLY | nonBlocking);
  try {
    const opened = fstatSync(file, { bigint: true });
    requireRegular(opened, path);
    if (opened.size > mostBriskBytes) return undefined;
    const buffer = Buffer.allocUnsafeSlow(Number(opened.size) + 1);
    let filled = 0;
    for (let count = -1; count !== 0 && filled < buffer.length; filled += count)
      count = readSync(file, buffer, filled, buffer.length - filled, filled);
    const isChanged = fingerprint(fstatSync(file, { bigint: true })) !== fingerprint(opened);
    return inMemory(path, buffer.subarray(0, filled), Number(opened.size), isChanged);
  } finally {
    closeSync(file);
  }
}

function inMemory(path: string, bytes: Buffer, sizeBytes: number, isChanged: boolean): SourceFile {
  return {
    path,
    sizeBytes,
    reader: () => {
      let position = 0;
      return {
        async fill(target) {
          const copied = bytes.copy(target, 0, position);
          position += copied;
          return copied;
        },
        async close() {
          // Nothing is open.
        },
      };
    },
    async requireUnchanged(readBytes) {
      if (isChanged || readBytes !== sizeBytes) throw changed(path);
    },
    async [Symbol.asyncDispose]() {
      // Nothing is open.
    },
  };
}

function fileReader(handle: FileHandle, mostBytes: number): ByteReader {
  let position = 0;
  return {
    async fill(target) {
      let filled = 0;
      const wanted = Math.min(target.length, mostBytes - position);
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

function changed(path: string): BatchOutputsError {
  return new BatchOutputsError(
    "SourceChanged",
    `The file changed while it was being saved, so nothing was saved: ${path}. Save it when it is complete, or track it while it grows.`,
    { path },
  );
}
