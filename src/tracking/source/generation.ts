import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { sharedOpenFiles } from "./open-files.js";
import { siblingsOf } from "./rotated-siblings.js";
import { describeFile, identityOf, isFileMissing, isSameInode, type SeenFile } from "./file-stat.js";

/** What became of a read: the bytes from the offset on; or the file's content is another now; or the file is gone. */
export type ReadOutcome = Buffer | "replaced" | "gone";

const tailBytes = 1024;

// Not to wait for ever where the file has become a pipe. Windows does not know the flag.
const nonBlocking = process.platform === "win32" ? 0 : constants.O_NONBLOCK;

interface Tail {
  readonly end: number;
  readonly bytes: Buffer;
}

/**
 * What a tracked path holds from one rotation or truncation to the next: a file that only grows. It is followed when it
 * is renamed, and read to its end when it is deleted, as long as it is held open.
 */
export class Generation {
  readonly identity: string;
  /** As first seen. */
  readonly first: SeenFile;
  /** The most bytes ever seen in it, and when it was written to last. */
  seenBytes: number;
  seenModifiedNs: bigint;
  /** Its identity and beginning are written down with the log. */
  begun: boolean;
  /** Its content was cut off or replaced in place; what was not read of it may be in a copy. */
  replaced = false;
  #path: string;
  #tails: Tail[] = [];
  #checkedModifiedNs: bigint | undefined;

  constructor(first: SeenFile, begun = false) {
    this.first = first;
    this.identity = identityOf(first);
    this.seenBytes = first.sizeBytes;
    this.seenModifiedNs = first.modifiedNs;
    this.begun = begun;
    this.#path = first.path;
  }

  /** Takes in how the file looks now. False when it was cut off, now or before. */
  note(seen: SeenFile): boolean {
    // Once it is replaced, what it grows to is not its own any more.
    if (this.replaced || seen.sizeBytes < this.seenBytes) return false;
    this.seenBytes = seen.sizeBytes;
    this.seenModifiedNs = seen.modifiedNs;
    return true;
  }

  /** Whether it was written to since it was last read: perhaps only to replace what was in it. */
  get isTouched(): boolean {
    return this.#checkedModifiedNs !== undefined && this.seenModifiedNs !== this.#checkedModifiedNs;
  }

  /** Opens the file, so that it is not lost when it is renamed or deleted. False when it is gone already. */
  async hold(): Promise<boolean> {
    return (await this.#use(async () => true)) ?? false;
  }

  /** The file as it is now, wherever it is; `undefined` when it is gone. */
  async see(): Promise<SeenFile | undefined> {
    return await this.#use((handle) => this.#describe(handle));
  }

  /**
   * Reads from `offset` on, at most `count` bytes, and makes sure that they continue what was read before. Reads into
   * `buffer` if one is given, which has room for `count`.
   */
  async read(offset: number, count: number, buffer?: Buffer): Promise<ReadOutcome> {
    const outcome = await this.#use(async (handle) => {
      const before = await this.#describe(handle);
      if (before.sizeBytes < offset) return "replaced";
      const data = await readAt(handle, offset, Math.min(count, before.sizeBytes - offset), buffer);
      const after = await this.#describe(handle);
      const isIntact =
        after.sizeBytes >= offset + data.length && (await this.#continuesAt(handle, offset, data));
      if (!isIntact) {
        // What it has grown by may be of the new content: of the old one no more is known than was read.
        this.seenBytes = offset;
        return "replaced";
      }
      this.note(after);
      this.#checkedModifiedNs = before.modifiedNs;
      this.#remember(offset, data);
      return data;
    });
    return outcome ?? "gone";
  }

  /** Remembers the end of what was compared with the log, as if it had been read. */
  async rememberTail(offset: number): Promise<void> {
    const start = Math.max(0, offset - tailBytes);
    await this.#use(async (handle) => {
      this.#remember(start, await readAt(handle, start, offset - start));
      return true;
    });
  }

  async close(): Promise<void> {
    await sharedOpenFiles.close(this);
  }

  /** Whether the file was not emptied and written anew meanwhile: then what was read before is not in it any more. */
  async #continuesAt(handle: FileHandle, offset: number, data: Buffer): Promise<boolean> {
    const tail = this.#tails.find(({ end }) => end === offset);
    if (tail !== undefined && !(await holdsAt(handle, tail.end - tail.bytes.length, tail.bytes)))
      return false;
    const last = data.subarray(Math.max(0, data.length - tailBytes));
    return await holdsAt(handle, offset + data.length - last.length, last);
  }

  #remember(offset: number, data: Buffer): void {
    if (data.length === 0) return;
    const end = offset + data.length;
    const bytes = Buffer.from(data.subarray(Math.max(0, data.length - tailBytes)));
    // The one before stays until it is certain that the data was stored.
    this.#tails = [...this.#tails.filter((tail) => tail.end === offset), { end, bytes }];
  }

  async #describe(handle: FileHandle): Promise<SeenFile> {
    return describeFile(this.#path, await handle.stat({ bigint: true }));
  }

  async #use<T>(read: (handle: FileHandle) => Promise<T>): Promise<T | undefined> {
    try {
      return await sharedOpenFiles.use(this, () => this.#open(), read);
    } catch (error) {
      if (isFileMissing(error)) return undefined;
      throw error;
    }
  }

  async #open(): Promise<FileHandle> {
    const here = await this.#openAt(this.#path);
    if (here !== undefined) return here;
    const moved = (await siblingsOf(this.first.path)).find((file) => isSameInode(file, this.first));
    const there = moved === undefined ? undefined : await this.#openAt(moved.path);
    if (there === undefined) throw Object.assign(new Error("gone"), { code: "ENOENT" });
    return there;
  }

  async #openAt(path: string): Promise<FileHandle | undefined> {
    const handle = await openForReading(path);
    if (handle === undefined) return undefined;
    const found = await handle.stat({ bigint: true });
    if (found.isFile() && isSameInode(describeFile(path, found), this.first)) {
      this.#path = path;
      return handle;
    }
    await handle.close();
    return undefined;
  }
}

async function openForReading(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | nonBlocking);
  } catch (error) {
    if (isFileMissing(error)) return undefined;
    throw error;
  }
}

/** Reads until there are `count` bytes or the file ends. */
async function readAt(
  handle: FileHandle,
  offset: number,
  count: number,
  buffer: Buffer = Buffer.allocUnsafeSlow(count),
): Promise<Buffer> {
  let filled = 0;
  while (filled < count) {
    const { bytesRead } = await handle.read(buffer, filled, count - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function holdsAt(handle: FileHandle, offset: number, bytes: Buffer): Promise<boolean> {
  return bytes.equals(await readAt(handle, offset, bytes.length));
}
