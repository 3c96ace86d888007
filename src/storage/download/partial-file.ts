import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { createFolders, hasCode, retry, type RetryPolicy } from "../../core/index.js";
import { isSharingViolation } from "./sharing-violation.js";

/** The last attempt is after about 3 seconds. */
const sharingPolicy: RetryPolicy = { maxAttempts: 12, delayInMs: 10, maxDelayInMs: 500 };

const readBytes = 1024 * 1024;

/** A file while it is being downloaded, with a temporary name. It is renamed when complete, and otherwise removed. */
export class PartialFile implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #path: string;
  #position = 0;
  #isClosed = false;
  #isMoved = false;

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  /** Creates the file, and missing folders. */
  static async create(path: string): Promise<PartialFile> {
    try {
      return new PartialFile(await open(path, "wx+"), path);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
      await createFolders(dirname(path));
      return new PartialFile(await open(path, "wx+"), path);
    }
  }

  /** Opens a file that a killed download left and that this process has claimed. */
  static async openClaimed(path: string): Promise<PartialFile> {
    const noFollow = process.platform === "win32" ? 0 : constants.O_NOFOLLOW;
    return new PartialFile(await open(path, constants.O_RDWR | noFollow), path);
  }

  /** Reads the existing content, truncated to the limit, and continues writing after it. Returns its length. */
  async readExisting(maxBytes: number, onBytes: (bytes: Uint8Array) => Promise<void>): Promise<number> {
    const { size } = await this.#handle.stat();
    if (size > maxBytes) await this.#handle.truncate(maxBytes);
    const buffer = Buffer.allocUnsafeSlow(readBytes);
    while (this.#position < maxBytes) {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#position);
      if (bytesRead === 0) break;
      await onBytes(buffer.subarray(0, bytesRead));
      this.#position += bytesRead;
    }
    return this.#position;
  }

  /** Removes the existing content. */
  async clear(): Promise<void> {
    await this.#handle.truncate(0);
    this.#position = 0;
  }

  /** Writes the next bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(
        bytes,
        written,
        bytes.length - written,
        this.#position,
      );
      written += bytesWritten;
      this.#position += bytesWritten;
    }
  }

  /** Flushes the file to the disk and renames it, replacing an existing file. */
  async moveTo(path: string): Promise<void> {
    await this.#handle.sync();
    // Closed before it is renamed, because closing can fail, too.
    await this.#close();
    await retry(() => rename(this.#path, path), { policy: sharingPolicy, isRetriable: isSharingViolation });
    this.#isMoved = true;
    await syncFolder(dirname(path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#close();
    } finally {
      if (!this.#isMoved) await rm(this.#path, { force: true });
    }
  }

  async #close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#handle.close();
  }
}

/** Flushes the folder, and so the new name of the file, to the disk, where the system supports it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } catch (error) {
    // Some file systems do not support this for folders.
    if (!hasCode(error, "EINVAL", "ENOTSUP", "EISDIR", "EROFS", "EBADF")) throw error;
  } finally {
    await folder.close();
  }
}
