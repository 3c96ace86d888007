import { createHash } from "node:crypto";
import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import {
  argumentRangeError,
  BatchOutputsError,
  type OperationOptions,
  throwIfAborted,
} from "../../core/index.js";
import type { ByteReader } from "./byte-reader.js";
import type { UploadedContent } from "./upload.js";

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
   * Throws `SourceChanged` if the file was written to or truncated since it was opened, or if what was read of it has
   * another size. If only its mode, its owner or a name (a hard link, a rename) changed, its content is compared.
   */
  requireUnchanged(read: UploadedContent, options?: OperationOptions): Promise<void>;
}

/** A file whose mode or names change again during each comparison counts as changed. */
const maxComparisons = 5;

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
    const createReader = (): ByteReader => createFileReader(handle, Number(opened.size) + 1);
    return {
      path,
      sizeBytes: Number(opened.size),
      createReader,
      async requireUnchanged({ sizeBytes, contentMD5 }, options = {}) {
        let known = opened;
        for (let comparisons = 0; comparisons < maxComparisons; comparisons += 1) {
          const now = await handle.stat({ bigint: true });
          if (isWritten(opened, now) || BigInt(sizeBytes) !== opened.size) break;
          if (now.ctimeNs === known.ctimeNs) return;
          // Its mode or one of its names changed, or it was written to and given back its old time.
          if ((await computeMD5(createReader(), options)).compare(contentMD5) !== 0) break;
          known = now;
        }
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
 * Every write changes the size or the modification time, unless it happens in the same clock tick of the file system (some
 * milliseconds; 2 seconds on FAT) as the last write before the file was opened.
 */
function isWritten(opened: BigIntStats, now: BigIntStats): boolean {
  return now.size !== opened.size || now.mtimeNs !== opened.mtimeNs;
}

/** Computes the MD5 of an open file with constant memory. */
export async function computeFileMD5(source: SourceFile, options: OperationOptions): Promise<Uint8Array> {
  return await computeMD5(source.createReader(), options);
}

const digestBufferBytes = 1024 * 1024;

async function computeMD5(reader: ByteReader, { abortSignal }: OperationOptions): Promise<Buffer> {
  const hash = createHash("md5");
  const buffer = Buffer.allocUnsafeSlow(digestBufferBytes);
  for (;;) {
    throwIfAborted(abortSignal);
    const filled = await reader.fill(buffer);
    hash.update(buffer.subarray(0, filled));
    if (filled < buffer.length) return hash.digest();
  }
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
