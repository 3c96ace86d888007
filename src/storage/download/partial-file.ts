import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { isMissing } from "./partial-name.js";

/** A new file that is written from its beginning. */
export class PartialFile implements AsyncDisposable {
  readonly #handle: FileHandle;
  #position = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Makes the file, and its folders where they are missing. */
  static async create(path: string): Promise<PartialFile> {
    try {
      return new PartialFile(await open(path, "wx"));
    } catch (error) {
      if (!isMissing(error)) throw error;
      await mkdir(dirname(path), { recursive: true });
      return new PartialFile(await open(path, "wx"));
    }
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}
