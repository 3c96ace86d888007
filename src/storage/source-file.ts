import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { BatchOutputsError } from "../errors.js";

/** A regular file, opened for saving, that knows whether it is still the file that was opened. */
export interface SourceFile extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly path: string;
  readonly sizeBytes: number;
  /** Throws `SourceChanged` when the file was written to or truncated since it was opened, or more or less was read. */
  requireUnchanged(readBytes: number): Promise<void>;
}

const nonBlocking = process.platform === "win32" ? 0 : constants.O_NONBLOCK;

/**
 * Opens a file for saving. The file system's own error (`ENOENT`, `EACCES`, …), which names the path, is thrown as it
 * is. What is no regular file is refused: a pipe would block, a device has no end.
 */
export async function openSourceFile(path: string): Promise<SourceFile> {
  const seen = await stat(path);
  if (!seen.isFile()) {
    throw new RangeError(
      seen.isDirectory()
        ? `sourcePath is a folder; save its files with saveMany: ${path}`
        : `sourcePath is not a regular file (a pipe, socket or device): ${path}`,
    );
  }
  // Not to wait for ever where the file has become a pipe in between.
  const handle = await open(path, constants.O_RDONLY | nonBlocking);
  try {
    const opened = await fingerprint(handle);
    return {
      handle,
      path,
      sizeBytes: Number(opened.size),
      async requireUnchanged(readBytes) {
        const now = await fingerprint(handle);
        if (now.text !== opened.text || BigInt(readBytes) !== opened.size) throw changed(path);
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

/** Size and both times, to the nanosecond: whoever writes to the file changes one of them. */
async function fingerprint(handle: FileHandle): Promise<{ size: bigint; text: string }> {
  const { size, mtimeNs, ctimeNs } = await handle.stat({ bigint: true });
  return { size, text: `${size} ${mtimeNs} ${ctimeNs}` };
}

function changed(path: string): BatchOutputsError {
  return new BatchOutputsError(
    "SourceChanged",
    `The file changed while it was being saved, so nothing was saved: ${path}. Save it when it is complete, or track it while it grows.`,
    { path },
  );
}
