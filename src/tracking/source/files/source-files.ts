import type { BigIntStats } from "node:fs";
import { constants } from "node:fs";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { hasCode } from "../../../core/index.js";
import { type FileStat, getClockStepNs } from "./file-stat.js";

/** An open file: it can be read to its end after it was renamed or deleted. */
export interface SourceHandle {
  stat(): Promise<FileStat>;
  /** Reads at most `count` bytes into the start of the buffer. Returns their number: 0 at the end of the file. */
  read(buffer: Buffer, start: number, count: number, position: number): Promise<number>;
  close(): Promise<void>;
}

/** The parts of a file system that tracking needs. Tests replace it by a simulated one. */
export interface SourceFiles {
  /** `undefined` if it does not exist, or is a link that leads to itself. */
  stat(path: string): Promise<FileStat | undefined>;
  /** `undefined` if it does not exist. Rejects with the system's error if the file is not readable. */
  open(path: string): Promise<SourceHandle | undefined>;
  /** The names in a folder that begin with the prefix; none if the folder does not exist. */
  list(folder: string, prefix: string): Promise<readonly string[]>;
  /** The time, in nanoseconds, on the clock of file times. */
  nowNs(): bigint;
}

interface ListedFolder {
  readonly modifiedNs: bigint;
  readonly listedNs: bigint;
  /** Sorted, because a thousand tracked files of one folder each search it for their own rotated files. */
  readonly names: readonly string[];
}

const foldersToRemember = 64;

// With this flag, opening a path that has become a pipe does not block. Windows does not have it.
const nonBlocking = process.platform === "win32" ? 0 : constants.O_NONBLOCK;

/** The file system of this machine. A folder is listed again only after it has changed. */
class LocalFiles implements SourceFiles {
  readonly #listed = new Map<string, ListedFolder>();

  async stat(path: string): Promise<FileStat | undefined> {
    return await ignoreMissing(async () => describeFile(await stat(path, { bigint: true })));
  }

  async open(path: string): Promise<SourceHandle | undefined> {
    return await ignoreMissing(
      async () => new LocalHandle(await open(path, constants.O_RDONLY | nonBlocking)),
    );
  }

  async list(folder: string, prefix: string): Promise<readonly string[]> {
    return selectByPrefix(await this.#listAll(folder), prefix);
  }

  nowNs(): bigint {
    return BigInt(Date.now()) * 1_000_000n;
  }

  async #listAll(folder: string): Promise<readonly string[]> {
    const listedNs = this.nowNs();
    const modifiedNs = (await this.stat(folder))?.modifiedNs;
    if (modifiedNs === undefined) return [];
    const known = this.#listed.get(folder);
    if (known?.modifiedNs === modifiedNs && known.listedNs > modifiedNs + getClockStepNs(modifiedNs))
      return known.names;
    const names = ((await ignoreMissing(() => readdir(folder))) ?? []).sort();
    this.#listed.delete(folder);
    this.#listed.set(folder, { modifiedNs, listedNs, names });
    const [oldest] = this.#listed.keys();
    if (oldest !== undefined && this.#listed.size > foldersToRemember) this.#listed.delete(oldest);
    return names;
  }
}

/** Returns the names with the prefix. They follow each other, because the names are sorted. */
function selectByPrefix(names: readonly string[], prefix: string): readonly string[] {
  let start = 0;
  for (let end = names.length; start < end;) {
    const middle = (start + end) >>> 1;
    if ((names[middle] ?? "") < prefix) start = middle + 1;
    else end = middle;
  }
  let end = start;
  while (names[end]?.startsWith(prefix) === true) end += 1;
  return names.slice(start, end);
}

class LocalHandle implements SourceHandle {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async stat(): Promise<FileStat> {
    return describeFile(await this.#handle.stat({ bigint: true }));
  }

  async read(buffer: Buffer, start: number, count: number, position: number): Promise<number> {
    return (await this.#handle.read(buffer, start, count, position)).bytesRead;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

export const localFiles: SourceFiles = new LocalFiles();

function describeFile(found: BigIntStats): FileStat {
  return {
    isFile: found.isFile(),
    device: found.dev,
    inode: found.ino,
    bornNs: found.birthtimeNs,
    modifiedNs: found.mtimeNs,
    sizeBytes: Number(found.size),
    allocatedBytes: Number(found.blocks) * 512,
  };
}

async function ignoreMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}
