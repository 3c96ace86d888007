import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { briskly, isBrisk, mostBriskBytes } from "./brisk-files.js";

/** A new file that is written from its beginning; its folders are made where they are missing. */
export class FileBeingWritten implements AsyncDisposable {
  readonly #path: string;
  #handle: FileHandle | undefined;
  /** All that came so far, as long as that is little. */
  #held: Uint8Array | undefined;
  #position = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Makes the file now, for what is not expected to be small. */
  async begin(): Promise<void> {
    this.#handle ??= await this.#open();
  }

  /** Takes the next bytes, which must not be changed afterwards. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#handle === undefined && this.#held === undefined && bytes.length <= mostBriskBytes)
      this.#held = bytes;
    else await this.#writeThrough(bytes);
  }

  /** Nothing more comes. When this resolves, the file has everything. */
  async end(): Promise<void> {
    const { length = 0 } = this.#held ?? {};
    const isSmall = this.#handle === undefined && length <= mostBriskBytes;
    if (isSmall && isBrisk()) {
      briskly(() => {
        this.#writeAtOnce(this.#held ?? new Uint8Array());
      });
    } else await this.#writeThrough(new Uint8Array());
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle?.close();
  }

  async #writeThrough(bytes: Uint8Array): Promise<void> {
    const file = (this.#handle ??= await this.#open());
    const held = this.#held;
    this.#held = undefined;
    for (const part of held === undefined ? [bytes] : [held, bytes]) {
      for (let written = 0; written < part.length;) {
        const { bytesWritten } = await file.write(part, written, part.length - written, this.#position);
        written += bytesWritten;
        this.#position += bytesWritten;
      }
    }
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.#path, "wx");
    } catch (error) {
      if (!isMissing(error)) throw error;
      await mkdir(dirname(this.#path), { recursive: true });
      return await open(this.#path, "wx");
    }
  }

  #writeAtOnce(bytes: Uint8Array): void {
    const file = this.#openAtOnce();
    try {
      for (let written = 0; written < bytes.length;)
        written += writeSync(file, bytes, written, bytes.length - written, written);
    } finally {
      closeSync(file);
    }
  }

  #openAtOnce(): number {
    try {
      return openSync(this.#path, "wx");
    } catch (error) {
      if (!isMissing(error)) throw error;
      mkdirSync(dirname(this.#path), { recursive: true });
      return openSync(this.#path, "wx");
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
