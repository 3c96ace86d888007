import type { BigIntStats } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { createFolders, hasCode } from "../../core/index.js";
import { PrivateFolder } from "./private-folder.js";

/**
 * Holds a stream until it is stored and passed on, so that neither a slow store nor a slow reader blocks the writer.
 * Its size is limited only by the disk; one chunk is held in memory.
 */
export class SpoolFile {
  readonly path: string;
  readonly #handle: FileHandle;
  #size = 0;
  #failure: Error | undefined;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  static async create(path: string): Promise<SpoolFile> {
    return new SpoolFile(path, await open(path, "wx+", 0o600));
  }

  get size(): number {
    return this.#size;
  }

  /** The error after which nothing more is written, for example because the disk is full. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Appends the bytes, and returns how many were written: all, unless it failed. */
  async append(bytes: Uint8Array): Promise<number> {
    const start = this.#size;
    while (this.#failure === undefined && this.#size - start < bytes.length) {
      try {
        const { bytesWritten } = await this.#handle.write(bytes, this.#size - start, undefined, this.#size);
        this.#size += bytesWritten;
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error(String(error));
      }
    }
    return this.#size - start;
  }

  /** Reads up to 256 KiB from a position. Returns no bytes at the end. */
  async read(position: number): Promise<Uint8Array> {
    const buffer = Buffer.allocUnsafe(Math.min(256 * 1024, this.#size - position));
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position);
    return buffer.subarray(0, bytesRead);
  }

  /**
   * Writes the file again if it was deleted, as by a command that clears the folder of its task: an open file can still
   * be read. Returns whether the file is at its path.
   */
  async restore(): Promise<boolean> {
    const [held, found] = await Promise.all([this.#handle.stat({ bigint: true }), statIfPresent(this.path)]);
    if (found !== undefined) return found.dev === held.dev && found.ino === held.ino;
    const parent = dirname(this.path);
    await createFolders(parent, { mode: 0o700 });
    await using folder = await PrivateFolder.open(parent);
    if (folder === undefined) return false;
    await using copy = await open(folder.getPath(basename(this.path)), "wx", 0o600);
    for (let position = 0; position < this.#size;) {
      const bytes = await this.read(position);
      if (bytes.length === 0) return false;
      await copy.appendFile(bytes);
      position += bytes.length;
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function statIfPresent(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
