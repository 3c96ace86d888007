import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "../../core/index.js";

const readBytes = 1024 * 1024;

/** A file that is being fetched, under a name of its own. To be moved to its place when it is complete; removed otherwise. */
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

  /** Creates the file, and its folders where they are missing. */
  static async create(path: string): Promise<PartialFile> {
    try {
      return new PartialFile(await open(path, "wx+"), path);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
      await mkdir(dirname(path), { recursive: true });
      return new PartialFile(await open(path, "wx+"), path);
    }
  }

  /** Opens what a killed download left, which this process has taken over. */
  static async openClaimed(path: string): Promise<PartialFile> {
    const noFollow = process.platform === "win32" ? 0 : constants.O_NOFOLLOW;
    return new PartialFile(await open(path, constants.O_RDWR | noFollow), path);
  }

  /** Reads what the file holds, and goes on behind it. Gives how much that is; what is above the limit is cut off. */
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

  /** Forgets what the file holds. */
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

  /** Gives the file its name, in place of what is there, once its content is on the disk. */
  async moveTo(path: string): Promise<void> {
    await this.#handle.sync();
    // Closed before it gets its name: closing can fail, too.
    await this.#close();
    await rename(this.#path, path);
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

/** Has the new name of a file written to the disk, where the system can. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } catch (error) {
    // Some file systems cannot do it for a folder.
    if (!hasCode(error, "EINVAL", "ENOTSUP", "EISDIR", "EROFS", "EBADF")) throw error;
  } finally {
    await folder.close();
  }
}
