import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { getDescriptorPath, hasCode } from "../../core/index.js";

/**
 * An existing folder that only this user can write to, held open. On Linux, its files are accessed through the open
 * descriptor, so that nobody can replace the folder meanwhile.
 */
export class PrivateFolder implements AsyncDisposable {
  #path: string;
  readonly #handle: FileHandle | undefined;
  readonly #identity: string;

  private constructor(path: string, handle: FileHandle | undefined, identity: string) {
    this.#path = path;
    this.#handle = handle;
    this.#identity = identity;
  }

  /** Opens the folder. Returns `undefined` if it is missing, a link, no folder, or accessible to other users. */
  static async open(path: string): Promise<PrivateFolder | undefined> {
    // Windows has no such mode bits. Its default folders belong to one user.
    if (process.platform === "win32") {
      const found = await lstatIfPresent(path);
      return found?.isDirectory() ? new PrivateFolder(path, undefined, formatIdentity(found)) : undefined;
    }
    const handle = await openWithoutFollowing(path, constants.O_DIRECTORY);
    if (handle === undefined) return undefined;
    const found = await handle.stat();
    if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0)
      return new PrivateFolder(path, handle, formatIdentity(found));
    await handle.close();
    return undefined;
  }

  /**
   * Renames the folder. Returns `false` if it is another folder that was renamed: this one had been replaced.
   *
   * @throws the system's error, such as `ENOENT` if it has been renamed before.
   */
  async moveTo(path: string): Promise<boolean> {
    await rename(this.#path, path);
    // Without a descriptor, its files are found by its path.
    this.#path = path;
    const found = await lstatIfPresent(path);
    return found !== undefined && formatIdentity(found) === this.#identity;
  }

  /** The path of a file in the folder, valid while the folder is held open. */
  getPath(name: string): string {
    return join((this.#handle && getDescriptorPath(this.#handle.fd)) ?? this.#path, name);
  }

  /** Reads a file; returns `undefined` if it is missing, not a regular file, or too large. Never waits for a FIFO. */
  async readText(name: string, maxBytes: number): Promise<string | undefined> {
    await using file = await openWithoutFollowing(this.getPath(name), constants.O_NONBLOCK);
    const found = await file?.stat();
    if (!file || !found?.isFile() || found.size > maxBytes) return undefined;
    const { bytesRead, buffer } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  }

  /**
   * Writes a file that only its owner can read, completely or not at all: on a full disk, the previous text remains.
   */
  async writeText(name: string, text: string): Promise<void> {
    const { O_WRONLY, O_CREAT, O_TRUNC } = constants;
    const flags = O_WRONLY | O_CREAT | O_TRUNC | getNoFollowFlag();
    const partial = this.getPath(`${name}.partial`);
    {
      await using file = await open(partial, flags, 0o600);
      await file.writeFile(text);
    }
    await rename(partial, this.getPath(name));
  }

  /** The size of a regular file; `undefined` if there is none. */
  async readSize(name: string): Promise<number | undefined> {
    const found = await lstatIfPresent(this.getPath(name));
    return found?.isFile() ? found.size : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle?.close();
  }
}

async function lstatIfPresent(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function openWithoutFollowing(path: string, flags: number): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | getNoFollowFlag() | flags);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES", "EMLINK", "ENXIO")) return undefined;
    throw error;
  }
}

/** Windows has neither of these flags. */
function getNoFollowFlag(): number {
  return process.platform === "win32" ? 0 : constants.O_NOFOLLOW;
}

function formatIdentity({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${dev}:${ino}`;
}
